import { expect, test } from "vitest";
import { isMissingModule } from "./missing-module.ts";

test.each([
  "Failed to fetch dynamically imported module: http://127.0.0.1:4400/assets/timeline-cQdmghak.js",
  "error loading dynamically imported module: http://127.0.0.1:4400/assets/timeline-cQdmghak.js",
  "Importing a module script failed.",
  "Unable to preload CSS for /assets/timeline-Cyz_FsGZ.css",
])("a view that is not served any more is known in every browser: %s", (message) => {
  expect(isMissingModule(new TypeError(message))).toBe(true);
});

test("a module that cannot be resolved at all, and any other error, is a mistake", async () => {
  const name: string = "holdup:no-such-module";
  const error = await import(name).catch((reason: unknown) => reason);

  expect(isMissingModule(error as Error)).toBe(false);
  expect(isMissingModule(new TypeError("Cannot read properties of undefined"))).toBe(false);
});
