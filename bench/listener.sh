#!/usr/bin/env bash
# Compares an empty RESP handler behind our listener with redis-server, in alternating runs of redis-benchmark, and prints the
# medians. What it measures is the cost of the listener and the event loop alone.
#   bench/listener.sh [runs] [poll-microseconds]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
poll=${2:-0}
ours=7811
theirs=7812

dotnet build -c Release bench/Holdfast.Bench.Listener --nologo -v quiet
bench/Holdfast.Bench.Listener/bin/Release/net10.0/Holdfast.Bench.Listener "$ours" "$poll" >/dev/null &
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

# cpu PID: processor time used so far, in ticks of 10 ms
cpu() {
  awk '{ print $14 + $15 }' "/proc/$1/stat"
}

# measure PID PORT CLIENTS REQUESTS PIPELINE: requests a second, median latency in ms, processor time a request in us
measure() {
  local before result
  before=$(cpu "$1")
  result=$(timeout 60 redis-benchmark -p "$2" -c "$3" -n "$4" -P "$5" -t get --csv 2>/dev/null | tail -1 | cut -d'"' -f4,10 | tr '"' ' ')
  echo "$result $(awk "BEGIN { print ($(cpu "$1") - $before) * 10000 / $4 }")"
}

# medians COLUMN: of the lines on the standard input
medians() {
  awk -v column="$1" '{ print $column }' | sort -g | awk '{ values[NR] = $1 } END { print values[int((NR + 1) / 2)] }'
}

# Until the code is compiled to its best.
measure "$ours_pid" "$ours" 64 100000 1 >/dev/null
measure "$theirs_pid" "$theirs" 64 100000 1 >/dev/null
measure "$ours_pid" "$ours" 1 20000 1 >/dev/null

# On a machine with other work the rate at one client is what the scheduler gives; processor time a request stays telling.
printf '%-26s %10s %10s %6s   %-15s %s\n' "GET, medians of $runs" 'ours/s' 'redis/s' ratio 'p50 ms (redis)' 'cpu us (redis)'
for load in "1 30000 1" "64 200000 1" "64 1000000 16"; do
  read -r clients requests pipeline <<<"$load"
  our_runs=""
  their_runs=""
  for _ in $(seq "$runs"); do
    our_runs+="$(measure "$ours_pid" "$ours" "$clients" "$requests" "$pipeline")"$'\n'
    their_runs+="$(measure "$theirs_pid" "$theirs" "$clients" "$requests" "$pipeline")"$'\n'
  done
  our_rate=$(printf '%s' "$our_runs" | medians 1)
  their_rate=$(printf '%s' "$their_runs" | medians 1)
  printf '%-26s %10.0f %10.0f %6.2f   %-15s %s\n' "$clients clients, pipeline $pipeline" "$our_rate" "$their_rate" \
    "$(awk "BEGIN { print $our_rate / $their_rate }")" \
    "$(printf '%s' "$our_runs" | medians 2) ($(printf '%s' "$their_runs" | medians 2))" \
    "$(printf '%s' "$our_runs" | medians 3) ($(printf '%s' "$their_runs" | medians 3))"
done
