#!/usr/bin/env bash
# Builds the program and the harness where they have to be, and starts the harness; compare.sh and steady.sh are what to call.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
project="$root/bench/Holdfast.Bench.Compare"
what=$1
shift
"$root/holdfast" --version >/dev/null # Builds it when it has to.
build=$(dotnet build "$project" -c Release -nologo -v quiet 2>&1) || { echo "$build" >&2; exit 1; }
exec dotnet "$project/bin/Release/net10.0/Holdfast.Bench.Compare.dll" "$what" \
  --program "$root/.build/program/$(<"$root/.build/current")/holdfast.dll" --directory "$root/.build" "$@"
