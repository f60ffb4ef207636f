// Measures this checkout against another commit, built beside it: node bench/compare.mjs COMMIT [node|ledger|learning] [RUNS]
// In place of a commit the folder of another checkout may be given, which is used as it is.
// The two run in turn, so that a machine whose speed drifts changes both; each figure is the median of the runs.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const [commit, scenario = "node", runs = "5"] = process.argv.slice(2);
if (!commit || !["node", "ledger", "learning"].includes(scenario) || !/^[1-9][0-9]?$/.test(runs)) {
  console.error("Usage: node bench/compare.mjs COMMIT [node|ledger|learning] [RUNS], for example: node bench/compare.mjs HEAD~1 node 5");
  process.exit(64);
}

const folder = mkdtempSync(join(tmpdir(), "databright-compare-"));
const isCheckout = existsSync(join(commit, "databright"));
const beside = isCheckout ? commit : join(folder, "checkout");
const git = (...words) => execFileSync("git", ["-C", here, ...words], { encoding: "utf8" }).trim();

/** One run's figures by the name of their bar. A bar that does not hold is a figure like any other here. */
function measure(root) {
  const { status, stdout, stderr } = spawnSync(join(root, "databright"), ["bench", scenario, "--json"],
    { encoding: "utf8", maxBuffer: 1 << 26 });
  try {
    return new Map(JSON.parse(stdout).map((bar) => [bar.bar, bar]));
  } catch {
    throw new Error(`databright bench ${scenario} in ${root} ended with ${status} and no figures:\n${stderr.slice(-2000)}`);
  }
}

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const shown = (value) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2));

function table(before, after) {
  const commit = execFileSync("git", ["-C", beside, "rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const rows = [["Figure", "", `Before (${commit})`, "After", "After / before"]];
  for (const [name, { unit }] of after[0]) {
    const [old, now] = [before, after].map((runsOf) => runsOf.map((run) => run.get(name)?.value).filter((value) => value != null));
    if (old.length && now.length)
      rows.push([name, unit, shown(median(old)), shown(median(now)), `× ${(median(now) / median(old)).toFixed(3)}`]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const isText = (column) => column < 2;
  const cells = (row) => row.map((cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column])));
  const rule = widths.map((width, column) => (isText(column) ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`));
  return rows.map((row) => `| ${cells(row).join(" | ")} |`).toSpliced(1, 0, `|${rule.join("|")}|`).join("\n");
}

try {
  if (!isCheckout) git("worktree", "add", "--detach", beside, commit);
  for (const root of [here, beside]) {
    console.error(`Building ${root}`);
    // The first command installs and builds; it also warms the files that the measured ones read.
    execFileSync(join(root, "databright"), ["--version"], { stdio: ["ignore", "ignore", "inherit"] });
  }
  const [before, after] = [[], []];
  for (let run = 1; run <= Number(runs); run++) {
    console.error(`Run ${run} of ${runs}`);
    before.push(measure(beside));
    after.push(measure(here));
  }
  console.log(`Medians of ${runs}, in turn, on one machine:\n\n${table(before, after)}`);
} finally {
  if (!isCheckout && existsSync(beside)) git("worktree", "remove", "--force", beside);
  rmSync(folder, { recursive: true, force: true });
}
