#!/usr/bin/env bash
# make run in a clean clone, with its own data and port: the first page, the demo loaded, the figures, verify; then once more, warm.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d /tmp/insurance-smoke-XXXXXX)
export PORT=${SMOKE_PORT:-8417} INSURANCE_DATA=$place/data
mkdir -p "$INSURANCE_DATA"; chmod 755 "$place"
git clone -q "$here" "$place/clone"
cd "$place/clone"
stop() {
  [ -n "${service:-}" ] && kill -TERM -- "-$service" 2>/dev/null || true
  sleep 1
  [ -f "$INSURANCE_DATA/pg/postmaster.pid" ] && kill -INT "$(head -1 "$INSURANCE_DATA/pg/postmaster.pid")" 2>/dev/null || true
  sleep 1; rm -rf "$place"
}
trap stop EXIT
make --no-print-directory .venv/.runtime
start() { set -m; make run >"$place/log" 2>&1 & service=$!; set +m; }
wait_for() { # seconds url pattern
  local end=$((SECONDS + $1))
  while [ $SECONDS -lt $end ]; do
    if curl -s -m 5 "$2" 2>/dev/null | grep -q "$3"; then return 0; fi
    sleep 0.3
  done
  echo "smoke: no '$3' at $2 within $1 s"; cat "$place/log"; return 1
}
begun=$(date +%s%N); start
wait_for 30 "http://127.0.0.1:$PORT/health/ready" yes
echo "smoke: cold start answered after $(( ($(date +%s%N) - begun) / 1000000 )) ms"
wait_for 120 "http://127.0.0.1:$PORT/login" 'name="username"'
echo "smoke: demo loaded after $(( ($(date +%s%N) - begun) / 1000000 )) ms"
token=$(.venv/bin/insurance token leader)
curl -s -H "Authorization: Bearer $token" "http://127.0.0.1:$PORT/api/v1/figures" | tee "$place/figures"; echo
grep -q '"projects":1376' "$place/figures"; grep -q '"industry_insured":843' "$place/figures"
grep -q '"income_insured":566' "$place/figures"; grep -q '"paid_fen":48000000' "$place/figures"
.venv/bin/insurance verify
kill -TERM -- "-$service"; wait "$service" 2>/dev/null || true
begun=$(date +%s%N); start
wait_for 15 "http://127.0.0.1:$PORT/login" 'name="username"'
echo "smoke: warm start answered after $(( ($(date +%s%N) - begun) / 1000000 )) ms"
