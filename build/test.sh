#!/usr/bin/env bash
# Every test of the repository: contracts, bindings, each test project. Ends with one line: N passed, N failed (and how many
# were skipped, each with its reason above).
# --only WORD runs the parts whose name contains the word. A part that takes longer than DATABRIGHT_TEST_LIMIT seconds (20 minutes)
# counts as failed, and the others go on.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
only=
[ "${1:-}" = --only ] && only=${2:?--only takes a word, for example Ethereum}
export DATABRIGHT_ROOT=$root DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export PATH=$root/node_modules/.bin:$PATH
logs=$root/.state/tests
mkdir -p "$logs"
limit=${DATABRIGHT_TEST_LIMIT:-1200}
passed=0 failed=0 skipped=0

wanted() { [ -z "$only" ] || printf '%s\n' "$1" | grep -qiF -e "$only"; }

# Runs a command until the limit; its status is 124 or 137 then. In the foreground, so that Ctrl-C reaches the command too.
bounded() {
  if timeout --foreground -k 1 5 true 2>/dev/null; then timeout --foreground -k 30 "$limit" "$@"; return; fi
  local id=$logs/part.pid late=$logs/part.late watcher code
  rm -f "$id" "$late"
  watch "$id" "$late" & watcher=$!
  sh -c 'echo $$ >"$0"; exec "$@"' "$id" "$@"
  code=$?
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  [ ! -e "$late" ] || code=124
  return "$code"
}

# Ends the process whose id stands in file $1 when the limit is over, and leaves file $2 then.
watch() {
  local left=$limit
  while [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
  : >"$2"
  kill "$(cat "$1")"
  left=30
  while [ "$left" -gt 0 ] && kill -0 "$(cat "$1")" 2>/dev/null; do sleep 1; left=$((left - 1)); done
  kill -9 "$(cat "$1")"
} 2>/dev/null

# What is told of a part with exit code $1 and log $2 that did not come to its end: the last lines, the tests still running among them.
overdue() {
  case $1 in 124|137) ;; *) return ;; esac
  printf '  ended after %d s; the log ends with\n' "$limit"
  tail -n 30 "$2" | cut -c 1-300
}

# A part that is one check counts as one test.
check() {
  local name=$1 begun=$SECONDS code; shift
  bounded "$@" >"$logs/$name.log" 2>&1
  code=$?
  if [ "$code" -eq 0 ]; then
    passed=$((passed + 1)); printf '%-34s ok                        %4ds\n' "$name" $((SECONDS - begun))
  else
    failed=$((failed + 1)); printf '%-34s FAILED                    %4ds\n' "$name" $((SECONDS - begun))
    tail -n 30 "$logs/$name.log"
  fi
}

# $1: a name, $2: its log, $3 and $4: how the log names what passed and what failed, $5: the exit code, $6: begun.
tally() {
  local ok bad
  ok=$(grep -oE "$3" "$2" | tail -1 | grep -oE '[0-9]+') || ok=0
  bad=$(grep -oE "$4" "$2" | tail -1 | grep -oE '[0-9]+') || bad=0
  [ "$5" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1   # it ended badly without saying of which test
  [ "$ok" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1  # nothing ran
  passed=$((passed + ok)) failed=$((failed + bad))
  printf '%-34s %6d passed, %d failed  %4ds\n' "$1" "$ok" "$bad" $((SECONDS - $6))
  [ "$bad" -eq 0 ] || grep -aE '\[FAIL\]|^\[FAIL|Encountered|error' -A 12 "$2" | head -n 60
  overdue "$5" "$2"
}

contracts() {
  local log=$logs/contracts.log begun=$SECONDS
  (cd contracts && FORGE_SNAPSHOT_CHECK=true bounded forge test --offline) >"$log" 2>&1
  tally contracts "$log" '[0-9]+ tests passed' '[0-9]+ failed' $? "$begun"
}

# xUnit's summary counts errors of fixtures apart; its exit code tells of them.
project() {
  local name log left begun=$SECONDS code
  name=$(basename "$1") log=$logs/$(basename "$1").log
  bounded dotnet "$1/bin/Release/net10.0/$name.dll" -noColor -longRunning 60 >"$log" 2>&1
  code=$?
  awk '/Total: [0-9]+/ { match($0, /Total: [0-9]+/); total = substr($0, RSTART + 7, RLENGTH - 7)
                         match($0, /Failed: [0-9]+/); bad = substr($0, RSTART + 8, RLENGTH - 8)
                         match($0, /Skipped: [0-9]+/); skipped = substr($0, RSTART + 9, RLENGTH - 9) }
       END { print "passed=" total - bad - skipped; print "failed=" bad + 0; print "skipped=" skipped + 0 }' "$log" >"$log.sum"
  cat "$log.sum" >>"$log"
  tally "$name" "$log" '^passed=[0-9]+' '^failed=[0-9]+' $code "$begun"
  left=$(grep -oE '^skipped=[0-9]+' "$log" | tail -1 | grep -oE '[0-9]+')
  [ "$left" -eq 0 ] && return
  skipped=$((skipped + left))
  printf '  %d skipped: %s\n' "$left" "$(grep -aA 1 '\[SKIP\]' "$log" | grep -av '\[SKIP\]' | grep -av '^--' | sed 's/^ *//' |
    sort -u | paste -sd ' ')"
}

# The pages are tested in a real browser. Root on a Debian may install one; anybody else is told by the tests that were skipped.
browser() {
  [ -n "${DATABRIGHT_BROWSER:-}" ] && return
  command -v chromium || command -v chromium-browser || command -v google-chrome && return
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >"$logs/chromium.log" 2>&1
}

# Metrics are read by Prometheus' own tool. It is unpacked, not installed: nothing of it runs but that program.
unpack_promtool() {
  [ -n "${DATABRIGHT_PROMTOOL:-}" ] && return
  command -v promtool >/dev/null && return
  local folder=$root/.state/promtool
  if [ ! -x "$folder/usr/bin/promtool" ]; then
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || return
    mkdir -p "$folder"
    { [ "$(id -u)" -ne 0 ] || apt-get update; (cd "$folder" &&
      apt-get download prometheus && dpkg -x prometheus_*.deb . && rm prometheus_*.deb); } >"$logs/promtool.log" 2>&1
  fi
  [ -x "$folder/usr/bin/promtool" ] && export DATABRIGHT_PROMTOOL=$folder/usr/bin/promtool
}

if wanted contracts; then
  check contracts-build contracts/build.sh
  contracts
fi
check build dotnet build DataBright.slnx -c Release -v q --nologo
if wanted bindings; then
  check bindings dotnet tools/DataBright.Bindings/bin/Release/net10.0/DataBright.Bindings.dll --check \
    contracts/out src/DataBright.Market/Generated
fi
wanted DataBright.Browser.Tests && browser >/dev/null
{ wanted DataBright.Node.Tests || wanted DataBright.Cli.Tests; } && unpack_promtool
for folder in tests/*.Tests/ tests/*.EndToEnd/; do
  compgen -G "$folder*.csproj" >/dev/null && wanted "$(basename "$folder")" && project "${folder%/}"
done

echo
if [ "$skipped" -eq 0 ]; then echo "$passed passed, $failed failed"; else echo "$passed passed, $failed failed, $skipped skipped"; fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
