#!/usr/bin/env bash
# Measures which lines, statements, branches and functions of the contracts the tests reach; fails below 100 %.
# Coverage is measured without the optimiser's full work (--ir-minimum), so gas bars and code sizes are left out.
set -euo pipefail
cd "$(dirname "$0")"
report=$(../node_modules/.bin/forge coverage --offline --ir-minimum --report summary \
  --no-match-coverage '^(test|node_modules)/' --no-match-contract '^(\w*GasTest|SizesTest|InvariantsTest)$' "$@")
echo "$report" | grep '^|' || { echo "$report"; exit 1; }
echo "$report" | grep '^| Total' | grep -q '100.00%.*100.00%.*100.00%.*100.00%' ||
  { echo "contracts: coverage is below 100 %" >&2; exit 1; }
