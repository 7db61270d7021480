import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isDisabled, isLauncher, isPreloaded } from "./preload.ts";

const here = import.meta.url;
const name = "@holdup/register";

test("a module is preloaded when --import names it: by package, URL or path, here or in NODE_OPTIONS", () => {
  expect(isPreloaded(here, name, ["--import", name], "")).toBe(true);
  expect(isPreloaded(here, name, [`--import=${here}`], "")).toBe(true);
  expect(isPreloaded(here, name, [], `--max-old-space-size=99 --import "${fileURLToPath(here)}"`)).toBe(true);
});

test("a module that the program imports itself is not preloaded", () => {
  expect(isPreloaded(here, name, [], "")).toBe(false);
  expect(isPreloaded(here, name, ["--import", "tsx", name], "--import=other")).toBe(false);
});

test("a program is left alone where OpenTelemetry is disabled, however that is spelt", () => {
  for (const value of ["true", "True", "TRUE "]) expect(isDisabled({ OTEL_SDK_DISABLED: value })).toBe(true);
  for (const value of [undefined, "", "false", "1"])
    expect(isDisabled({ OTEL_SDK_DISABLED: value })).toBe(false);
});

test("package managers and runners are launchers, programs are not", () => {
  for (const script of ["/usr/bin/npm", "/x/npm-cli.js", "/x/node_modules/tsx/dist/cli.mjs", "/x/pnpm.cjs"]) {
    expect(isLauncher(script)).toBe(true);
  }
  for (const script of ["/srv/app.js", "/srv/npm-stats/server.js", undefined])
    expect(isLauncher(script)).toBe(false);
});
