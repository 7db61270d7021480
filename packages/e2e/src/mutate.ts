/**
 * `pnpm mutate`: applies the planted bugs of packages/primitives/mutations to a copy of the package, one
 * by one, and shows which test catches each. Ends with 1 if one is not caught, or no longer applies.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "./wired-program.ts";

const source = join(repository, "packages/primitives");
const patches = readdirSync(join(source, "mutations")).filter((name) => name.endsWith(".patch"));
const config = `export default { test: { include: ["src/**/*.test.ts"], exclude: ["src/oracle/semantics.test.ts"],
  isolate: false, bail: 1, testTimeout: 8000 } };\n`;

interface Report {
  testResults: { assertionResults: { status: string; title: string; failureMessages: string[] }[] }[];
}

// Without a bug nothing may fail: else whatever fails would count as a catch.
const unplanted = catchers(undefined);
if (unplanted !== undefined) throw new Error(`without any planted bug this fails already: ${unplanted}`);

let caught = 0;
for (const patch of patches) {
  const found = catchers(patch);
  if (found !== undefined) caught++;
  console.log(
    `${found === undefined ? "MISSED" : "caught"}  ${patch.replace(/\.patch$/, "").padEnd(34)} ${found ?? ""}`,
  );
}
console.log(`${caught} of ${patches.length} caught`);
process.exitCode = caught === patches.length ? 0 : 1;

/** The first test that fails with the bug in; undefined if none does. @throws Error if it does not apply */
function catchers(patch: string | undefined): string | undefined {
  const copy = mkdtempSync(join(tmpdir(), "holdup-mutation-"));
  try {
    cpSync(join(source, "src"), join(copy, "src"), { recursive: true });
    symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
    writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
    writeFileSync(join(copy, "vitest.config.js"), config);
    if (patch !== undefined) plant(patch, copy);
    const report = join(copy, "report.json");
    const vitest = join(repository, "node_modules/vitest/vitest.mjs");
    const run = spawnSync(
      process.execPath,
      [vitest, "run", "--root", copy, "--reporter=json", `--outputFile=${report}`],
      {
        cwd: copy,
        encoding: "utf8",
        timeout: 120_000,
      },
    );
    if (run.status === 0) return undefined;
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
    const failed = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .find(({ status }) => status === "failed");
    return failed?.title ?? "the run did not end";
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function plant(patch: string, copy: string): void {
  const file = join(source, "mutations", patch);
  const { status, stderr } = spawnSync("git", ["apply", "-p1", file], { cwd: copy, encoding: "utf8" });
  if (status !== 0) throw new Error(`${patch} does not apply any more: ${stderr}`);
}
