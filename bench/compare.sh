#!/usr/bin/env bash
# SET and GET through redis-benchmark, 256-byte values: three Holdfast processes with fdatasync on, plain against one node, beside Debian's
# redis-server with appendfsync always, in one run. Prints medians and paired ratios; these machines are noisy, so only ratios count.
#   bench/compare.sh [runs] [directory for the data]
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
runs=${1:-5}
work=$(mktemp -d "${2:-$root/.build}/compare.XXXXXX")
ports=(18400 18401 18402)
redis_port=18403
pids=()

for tool in redis-server redis-benchmark; do
  command -v "$tool" >/dev/null || { echo "$tool is not installed (Debian: redis-server, redis-tools)" >&2; exit 1; }
done
case "$(stat -f -c %T "$work")" in
  tmpfs | ramfs) echo "$work is in memory: name a directory on a disk" >&2; exit 1 ;;
esac

cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

"$root/holdfast" --version >/dev/null
for id in 0 1 2; do
  peers=$(for other in 0 1 2; do [ "$other" = "$id" ] || echo -n "localhost:${ports[other]},"; done)
  "$root/holdfast" server --id "$id" --port "${ports[id]}" --peers "${peers%,}" --data "$work/node-$id" >"$work/node-$id.log" 2>&1 &
  pids+=($!)
done
redis-server --port "$redis_port" --bind 127.0.0.1 --appendonly yes --appendfsync always --save '' --dir "$work" >/dev/null &
pids+=($!)

# Leaders are evenly spread once each node leads about as many as the others.
even() { curl -sf "localhost:${ports[0]}/v1/cluster/nodes" | grep -o '"leaders":[0-9]*' | cut -d: -f2 | sort -n | awk 'NR == 1 { low = $1 } { high = $1 } END { exit !(NR == 3 && low > 0 && high - low <= 2) }'; }
for _ in $(seq 300); do even && break; sleep 0.2; done
even || { echo "the leaders did not spread evenly" >&2; exit 1; }

measure() { redis-benchmark -h 127.0.0.1 -p "$1" -c "$2" -n "$3" -t "$4" -d 256 -r 100000 --csv | tail -1 | cut -d, -f2 | tr -d '"'; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

echo "file system: $(df --output=fstype "$work" | tail -1), $(nproc) cores, $runs runs, medians (lowest..highest)"
printf '%-10s %28s %28s %s\n' '' 'holdfast, 3 nodes' 'redis-server, fsync always' 'ratio (median of pairs)'
for test in set get; do
  for clients in 1 64 256; do
    requests=$((clients == 1 ? 3000 : 40000))
    measure "${ports[1]}" "$clients" "$requests" "$test" >/dev/null # Warms both up.
    measure "$redis_port" "$clients" "$requests" "$test" >/dev/null
    ours=() theirs=() ratios=()
    for run in $(seq "$runs"); do
      a=$(measure "${ports[run % 3]}" "$clients" "$requests" "$test")
      b=$(measure "$redis_port" "$clients" "$requests" "$test")
      ours+=("$a") theirs+=("$b") ratios+=("$(awk "BEGIN { print $a / $b }")")
    done
    spread() { printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 } END { printf "%d (%d..%d)", v[int((NR + 1) / 2)], v[1], v[NR] }'; }
    printf '%-10s %28s %28s %.2f\n' "$test c$clients" "$(spread "${ours[@]}")" "$(spread "${theirs[@]}")" "$(printf '%s\n' "${ratios[@]}" | median)"
  done
done
