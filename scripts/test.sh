#!/usr/bin/env bash
# Everything CI runs, by hand and there: format, lint, types, contracts, terms, tests, browser tests.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}

step() { printf '\n== %s\n' "$*"; }

step format; "$BIN/ruff" format --check src tests
step lint; "$BIN/ruff" check src tests
step templates; "$BIN/djlint" src/insurance --lint --quiet
step contracts; "$BIN/lint-imports" --no-cache
step compose; "$BIN/check-jsonschema" --builtin-schema vendor.compose-spec docker-compose.yml
step terms; "$BIN/insurance" check-terms
step types; "$BIN/mypy"
step browser; ./scripts/chromium.sh || true
step tests; trap '"$BIN/python" tests/server.py stop' EXIT
"$BIN/pytest" -n "${WORKERS:-2}" --dist loadgroup
