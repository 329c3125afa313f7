#!/usr/bin/env bash
# The tests of faults at their full size: 500 sets of bank files, a crash at every statement, 100,000 racing payout attempts on 2,000 parts.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
trap '"$BIN/python" tests/server.py stop' EXIT
export INSURANCE_FAULT_SETS=${INSURANCE_FAULT_SETS:-500} INSURANCE_CRASH_STEP=${INSURANCE_CRASH_STEP:-1}
export INSURANCE_RACE_ATTEMPTS=${INSURANCE_RACE_ATTEMPTS:-100000} INSURANCE_RACE_PARTS=${INSURANCE_RACE_PARTS:-2000}
"$BIN/pytest" -s tests/actions/test_statement_sets.py tests/actions/test_crash.py tests/actions/test_payout_races.py
