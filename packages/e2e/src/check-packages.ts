/**
 * Packs every package that is published and has publint and attw look at it as a user would get it.
 * Ends with 1 if either finds anything.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./wired-program.ts";

interface Manifest {
  name: string;
  private?: boolean;
  exports?: unknown;
}

const folders = [...foldersIn("packages"), ...foldersIn("examples")];
let failed = 0;

for (const folder of folders) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  if (manifest.private === true) continue;
  check(manifest.name, folder, ["publint", "--strict", "--pack", "npm"]);
  // attw asks whether types resolve: a command has none.
  if (manifest.exports !== undefined)
    check(manifest.name, folder, ["attw", "--pack", ".", "--profile", "esm-only"]);
}

process.exitCode = failed === 0 ? 0 : 1;

function foldersIn(parent: string): string[] {
  return readdirSync(join(repository, parent)).map((name) => join(repository, parent, name));
}

function check(name: string, folder: string, [tool = "", ...args]: string[]): void {
  const bin = join(repository, "node_modules/.bin", tool);
  const { status, stdout, stderr } = spawnSync(bin, args, { cwd: folder, encoding: "utf8" });
  const ok = status === 0;
  if (!ok) failed++;
  process.stdout.write(`${ok ? "ok    " : "FAILED"} ${tool} ${name}\n${ok ? "" : `${stdout}${stderr}\n`}`);
}
