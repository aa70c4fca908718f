#!/usr/bin/env bash
# Compares an empty RESP handler behind our listener with redis-server, in alternating runs of redis-benchmark, and prints the
# medians. What it measures is the cost of the listener and the event loop alone.
#   bench/listener.sh [runs] [spin-microseconds]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
spin=${2:-0}
ours=7811
theirs=7812

dotnet build -c Release bench/Holdfast.Bench.Listener --nologo -v quiet
bench/Holdfast.Bench.Listener/bin/Release/net10.0/Holdfast.Bench.Listener "$ours" "$spin" >/dev/null &
ours_pid=$!
redis-server --port "$theirs" --bind 127.0.0.1 --save '' --appendonly no --daemonize no >/dev/null &
theirs_pid=$!
trap 'kill "$ours_pid" "$theirs_pid"' EXIT

for port in "$ours" "$theirs"; do
  for _ in $(seq 100); do
    timeout 1 redis-cli -p "$port" ping >/dev/null 2>&1 && break
    sleep 0.1
  done
done

# measure PORT CLIENTS REQUESTS PIPELINE: requests a second
measure() {
  timeout 60 redis-benchmark -p "$1" -c "$2" -n "$3" -P "$4" -t get --csv 2>/dev/null | tail -1 | cut -d'"' -f4
}

median() {
  sort -g | awk '{ values[NR] = $1 } END { print values[int((NR + 1) / 2)] }'
}

# The first second of ours runs before the code is compiled to its best.
measure "$ours" 64 100000 1 >/dev/null
measure "$theirs" 64 100000 1 >/dev/null
measure "$ours" 1 20000 1 >/dev/null

printf '%-28s %12s %12s %8s\n' "GET, median of $runs" ours redis-server ratio
for load in "1 30000 1" "64 200000 1" "64 1000000 16"; do
  read -r clients requests pipeline <<<"$load"
  our_runs=()
  their_runs=()
  for _ in $(seq "$runs"); do
    our_runs+=("$(measure "$ours" "$clients" "$requests" "$pipeline")")
    their_runs+=("$(measure "$theirs" "$clients" "$requests" "$pipeline")")
  done
  our_median=$(printf '%s\n' "${our_runs[@]}" | median)
  their_median=$(printf '%s\n' "${their_runs[@]}" | median)
  printf '%-28s %12.0f %12.0f %8.2f\n' "$clients clients, pipeline $pipeline" "$our_median" "$their_median" \
    "$(awk "BEGIN { print $our_median / $their_median }")"
done
