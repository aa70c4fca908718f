#!/usr/bin/env bash
# Compares three Holdfast processes with redis-server, etcd and the disk alone, on this machine, in one run: tables of paired ratios on the
# terminal and every run in a JSON file. bench/README.md says what the columns mean.
#   bench/compare.sh [--runs N] [--quick] [--directory DIR] [--json FILE] [--rows TEXT]
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
project="$root/bench/Holdfast.Bench.Compare"
for tool in redis-server redis-benchmark; do
  command -v "$tool" >/dev/null || { echo "$tool is not installed (Debian: redis-server, redis-tools)" >&2; exit 1; }
done

"$root/holdfast" --version >/dev/null # Builds it when it has to.
build=$(dotnet build "$project" -c Release -nologo -v quiet 2>&1) || { echo "$build" >&2; exit 1; }
exec dotnet "$project/bin/Release/net10.0/Holdfast.Bench.Compare.dll" \
  --program "$root/.build/program/$(<"$root/.build/current")/holdfast.dll" --directory "$root/.build" "$@"
