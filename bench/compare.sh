#!/usr/bin/env bash
# Compares three Holdfast processes with redis-server, etcd and the disk alone, on this machine, in one run: tables of paired ratios on the
# terminal and every run in a JSON file. bench/README.md says what the columns mean.
#   bench/compare.sh [--runs N] [--quick] [--directory DIR] [--json FILE] [--rows TEXT]
set -euo pipefail

for tool in redis-server redis-benchmark; do
  command -v "$tool" >/dev/null || { echo "$tool is not installed (Debian: redis-server, redis-tools)" >&2; exit 1; }
done

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" compare "$@"
