import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const entry = fileURLToPath(new URL("main.ts", import.meta.url));

// From the sources, which Node 22 can't read for their `using`; there the compiled service runs.
const fromSources = test.skipIf(Number.parseInt(process.versions.node, 10) < 24);

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ["--conditions=@holdup/source", entry, "--port", "0", ...args]);
}

fromSources.for(["SIGINT", "SIGTERM"] as const)(
  "%s ends the service and its load, with code 0",
  async (signal) => {
    const service = start("--load", "2");
    const printed = service.stdout === null ? "" : text(service.stdout);
    await once(service.stdout ?? service, "data");

    service.kill(signal);

    expect(await once(service, "exit")).toEqual([0, null]);
    expect(await printed).toMatch(/^checkout listens on http:\/\/127\.0\.0\.1:\d+\n/);
    expect(await printed).toContain("0 requests failed");
  },
);

fromSources("the service ends by itself when its time is over", async () => {
  const service = start("--seconds", "0.1");

  expect(await once(service, "exit")).toEqual([0, null]);
});

fromSources("bad arguments are a sentence and the exit code 2", async () => {
  const service = start("--load", "many");
  const printed = service.stderr === null ? "" : text(service.stderr);

  expect(await once(service, "exit")).toEqual([2, null]);
  expect(await printed).toContain('checkout: --load takes a number of 0 or more, not "many"');
});
