/**
 * `pnpm test:clickhouse`: the tests that need a real engine. ClickHouse's is 546 MB, so it is installed only here,
 * into a folder of its own that no package knows.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const chdb = "3.4.0";
const root = join(import.meta.dirname, "../../..");
const folder = join(root, `.holdup/chdb-${chdb}`);

if (!existsSync(folder)) install();
const report = process.env["TEST_REPORT"];
const reporters =
  report === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile=${report}`];
const { status } = spawnSync(
  process.execPath,
  [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "vitest.engines.config.ts",
    ...reporters,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: "inherit", env: { ...process.env, HOLDUP_CHDB: folder } },
);
process.exitCode = status ?? 1;

// Into a folder beside it first: one that is there is whole.
function install(): void {
  console.log(`installing ClickHouse's engine, chdb ${chdb}, into ${folder} (546 MB, once)`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, "package.json"), JSON.stringify({ private: true, dependencies: { chdb } }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: partial,
    stdio: "inherit",
  });
  renameSync(partial, folder);
}
