#!/usr/bin/env bash
# Compiles the contracts; ABI and bytecode appear in contracts/out/<File>.sol/<Contract>.json.
set -euo pipefail
cd "$(dirname "$0")"
exec ../node_modules/.bin/forge build --offline --skip test "$@"
