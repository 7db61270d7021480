import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { programAt } from "./program.ts";

/** A folder with these package.json files; gone when disposed. */
class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "holdup-program-"));

  constructor(packages: Readonly<Record<string, string>>) {
    for (const [folder, json] of Object.entries(packages)) {
      mkdirSync(join(this.path, folder), { recursive: true });
      writeFileSync(join(this.path, folder, "package.json"), json);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

test("a program is called as the nearest package.json with a name says, and has its version", () => {
  using folder = new Folder({
    ".": `{ "name": "shop", "version": "1.2.3" }`,
    dist: `{ "type": "module", "version": "9.9.9" }`,
    broken: "{",
    plain: `{ "name": "tools" }`,
  });

  expect(programAt(join(folder.path, "dist/server.js"))).toEqual({ name: "shop", version: "1.2.3" });
  expect(programAt(join(folder.path, "broken/server.js"))).toEqual({ name: "shop", version: "1.2.3" });
  expect(programAt(join(folder.path, "plain/server.js"))).toEqual({ name: "tools", version: undefined });
});

test("a program of a runner in node_modules is that of the current directory", () => {
  expect(programAt("/srv/node_modules/ts-node/dist/bin.js").name).toBe(
    programAt(`${process.cwd()}/x.js`).name,
  );
});

test("a program without a package.json is called as its script, and one without a script node", () => {
  expect(programAt("/no/such/folder/server.js")).toEqual({ name: "server.js", version: undefined });
  expect(programAt(undefined)).toEqual({ name: "node", version: undefined });
});
