import { createRequire } from "node:module";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { captureSite, siteOf } from "./call-site.ts";

test("a site is the user's function and file, relative to the root", () => {
  function reserve() {
    return captureSite();
  }
  const site = siteOf(reserve(), new URL("..", import.meta.url).pathname);
  expect(site).toMatchObject({ functionName: "reserve", filePath: "src/call-site.test.ts" });
  expect(site?.lineNumber).toBeGreaterThan(1);
});

test("capturing leaves the program's stack settings as they were", () => {
  const before = [Error.stackTraceLimit, Error.prepareStackTrace];
  siteOf(captureSite(), "/");
  expect([Error.stackTraceLimit, Error.prepareStackTrace]).toEqual(before);
});

test("compiled code is traced to its source through the map that it names", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdup-map-"));
  try {
    // Line 3 of the source became line 1 of the code: mapping "AAEA" is column 0 -> source 0, line +2, column 0.
    const map = { version: 3, file: "app.cjs", sources: ["app.ts"], names: [], mappings: "AAEA" };
    writeFileSync(join(folder, "app.cjs.map"), JSON.stringify(map));
    writeFileSync(join(folder, "app.cjs"), "exports.run = (f) => f();\n//# sourceMappingURL=app.cjs.map\n");
    const app = createRequire(import.meta.url)(join(folder, "app.cjs")) as { run<T>(f: () => T): T };

    const site = siteOf(app.run(captureSite), folder);

    expect(site).toEqual({ functionName: "exports.run", filePath: "app.ts", lineNumber: 3 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("code that was compiled as it was loaded is where the compiler, which writes the program's stacks, says", () => {
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was, not called
  const before = Error.prepareStackTrace;
  const reserve = () => captureSite();
  const capture = reserve();
  try {
    // As source-map-support does, which ts-node and others use.
    Error.prepareStackTrace = (error, frames) =>
      `${String(error)}\n${frames.map((frame) => `    at ${frame.getFunctionName()} (/srv/app/orders.ts:12:3)`).join("\n")}`;
    expect(siteOf(capture, "/srv")).toEqual({
      functionName: "reserve",
      filePath: "app/orders.ts",
      lineNumber: 12,
    });
  } finally {
    Error.prepareStackTrace = before;
  }
});

test("a frame that is awaited is where it is, also by the compiler's word", () => {
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was, not called
  const before = Error.prepareStackTrace;
  const capture = captureSite();
  try {
    Error.prepareStackTrace = () => "Error\n    at async file:///srv/app/orders.mjs:7:3";
    expect(siteOf(capture, "/srv")).toMatchObject({ filePath: "app/orders.mjs", lineNumber: 7 });
  } finally {
    Error.prepareStackTrace = before;
  }
});
