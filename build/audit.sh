#!/usr/bin/env bash
# Asks NuGet's and npm's registries for advisories about what the lock files hold, before a release. Ends badly where there is one, and
# where a registry gives no such data: silence is no answer. What it prints belongs into build/advisories.txt (CONTRIBUTING.md).
# AUDIT_SOURCE: the NuGet source to ask, a URL. npm asks the registry it is configured with.
set -uo pipefail
cd "$(dirname "$0")/.."
source=${AUDIT_SOURCE:-https://api.nuget.org/v3/index.json}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
# Ids that a line accepts with a reason.
grep -F '| accepted: ' build/advisories.txt | grep -oE 'GHSA(-[0-9a-z]{4}){3}' >"$work/accepted"

say() { printf '%-8s %s\n' "$1" "$2"; [ "$1" = ok ] || bad=1; }

nuget() {
  cat >"$work/nuget.config" <<CONFIG
<configuration>
  <packageSources><clear /><add key="audited" value="$source" protocolVersion="3" /></packageSources>
  <auditSources><clear /><add key="audited" value="$source" /></auditSources>
</configuration>
CONFIG
  # Restored elsewhere, so that no lock file and nothing that was built changes.
  # What NuGet has cached of advisories is half an hour old at most, and still another source's.
  NUGET_HTTP_CACHE_PATH=$work/http dotnet restore DataBright.slnx --configfile "$work/nuget.config" --force --locked-mode -v q \
    -p:NuGetAudit=true -p:NuGetAuditMode=all -p:NuGetAuditLevel=low -p:TreatWarningsAsErrors=false >"$work/nuget.log" 2>&1
  local code=$? found
  found=$(grep -oE "warning NU190[1-4]: .*" "$work/nuget.log" | sed 's/ \[.*//' | grep -vFf "$work/accepted" | sort -u)
  if [ -n "$found" ]; then
    say found "NuGet:"; sed 's/^/         /' <<<"$found"
  elif grep -qE 'NU190[05]' "$work/nuget.log"; then
    say silent "NuGet: the source gives no advisories; ask another one with AUDIT_SOURCE=URL"
  elif [ "$code" -ne 0 ]; then
    say failed "NuGet: the restore failed"; tail -n 5 "$work/nuget.log"
  else
    say ok "NuGet: nothing known of what the lock files hold"
  fi
}

npm_registry() {
  npm audit --package-lock-only --json >"$work/npm.json" 2>"$work/npm.log"
  node - "$work/npm.json" "$work/accepted" >"$work/npm.found" <<'NODE'
const [answer, accepted] = process.argv.slice(2).map(path => require('fs').readFileSync(path, 'utf8'));
const report = JSON.parse(answer || '{}');
if (!report.vulnerabilities) process.exit(2);
const lines = Object.values(report.vulnerabilities).flatMap(package => package.via)
  .filter(via => typeof via === 'object' && !accepted.split('\n').includes(via.url.split('/').pop()))
  .map(via => `npm | ${via.name} | ${via.range} | ${via.url} | ${via.severity}`);
console.log([...new Set(lines)].sort().map(line => '         ' + line).join('\n'));
process.exit(lines.length > 0 ? 1 : 0);
NODE
  case $? in
    0) say ok "npm: nothing known of what package-lock.json holds" ;;
    1) say found "npm:"; cat "$work/npm.found" ;;
    *) say silent "npm: the registry gives no advisories; $(head -n 1 "$work/npm.log")" ;;
  esac
}

nuget
npm_registry
oldest=$(grep -oE '\| 20[0-9]{2}-[0-9]{2}-[0-9]{2}' build/advisories.txt | sort | head -n 1 | tr -d '| ')
printf '%-8s %s\n' note "the oldest look-up in build/advisories.txt is of $oldest"
exit "$bad"
