#!/usr/bin/env bash
# Builds, then runs every test. The last line is "N passed, N failed, N skipped"; the status is non-zero when any failed.
#   ./test.sh             everything but long soaks
#   ./test.sh --soak      the simulator for an hour, with new seeds
#   ./test.sh --seed N    one seed of the simulator, with its story
set -uo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
# One compiler stays for all projects of this run, instead of one that starts anew for each.
export UseSharedCompilation=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

results=$(mktemp -d)
trap 'rm -rf "$results"; dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1' EXIT

install_tools() {
  local missing=()
  command -v redis-cli >/dev/null || missing+=(redis-tools)
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v strace >/dev/null || missing+=(strace)
  command -v curl >/dev/null || missing+=(curl)
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing ${missing[*]}"
    apt-get update -qq >/dev/null 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null 2>&1 && return
  fi
  echo "not installed: ${missing[*]}; the tests that need them are skipped"
}

fail() {
  echo "$1" >&2
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

# The results are read from the test runner's own files: its words on the terminal are for people.
count() { grep -ho "<Counters [^>]*" "$results"/*.trx 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }

simulate() { exec dotnet run --project tests/Holdfast.Simulation -c Release -- "$@"; }

case "${1:-}" in
  --seed) simulate --seed "${2:?a seed}" "${@:3}" ;;
  --soak) simulate --soak "${2:-60m}" ;;
esac

install_tools
dotnet restore Holdfast.slnx -v quiet || fail "the restore failed"
dotnet build Holdfast.slnx --no-restore -c Release -v quiet -nologo -clp:NoSummary || fail "the build failed"

status=0
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  [ "$name" = Holdfast.Simulation ] && continue
  echo "== $name"
  dotnet test "$project" --no-build -c Release -v quiet -nologo \
    --logger "trx;LogFileName=$results/$name.trx" --logger "console;verbosity=minimal" --results-directory "$results" --blame-hang-timeout 8min || status=1
  [ -f "$results/$name.trx" ] || { echo "$name gave no results" >&2; status=1; missing=$((${missing:-0} + 1)); }
done

passed=$(count passed)
failed=$(($(count failed) + $(count error) + $(count timeout) + $(count aborted) + ${missing:-0}))
skipped=$(($(count total) - $(count executed)))
[ "$failed" -eq 0 ] || status=1
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
