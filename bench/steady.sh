#!/usr/bin/env bash
# Runs three Holdfast processes at full load for ten minutes, after four million writes: a table, and a plot of throughput, memory and disk.
#   bench/steady.sh [--seconds N] [--past N] [--svg FILE] [--directory DIR]
set -euo pipefail
exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" steady "$@"
