import { startCollector } from "@holdup/collector";
import type { Finding } from "@holdup/protocol";
import { expect, test } from "vitest";
import { eventually, get } from "./eventually.ts";
import { Program, programPath, register, wired } from "./wired-program.ts";

async function findings(url: string): Promise<Finding[]> {
  return (await get<{ items: Finding[] }>(`${url}/api/findings`)).items;
}

const filePath = "packages/e2e/src/programs/nested-limit.ts";

test("a limiter that is nested in itself, in a program that knows nothing of Holdup, arrives with both lines", async () => {
  await using collector = await startCollector({ port: 0 });
  await using _program = wired("nested-limit", collector.url);

  // On a slow machine its holds are found to be slow, too.
  const finding = await eventually(
    async () => (await findings(collector.url)).find(({ kind }) => kind === "nested-limiter"),
    30_000,
  );
  expect(finding).toMatchObject({
    primitives: ["p-limit@nested-limit.ts:4"],
    sites: [
      { functionName: "page", filePath, lineNumber: 8 },
      { functionName: "part", filePath, lineNumber: 14 },
    ],
    advice: expect.stringContaining("a limiter of its own for the inner work"),
  });
});

test("an inner limiter of its own, however long it is waited for, is nothing to find", async () => {
  await using collector = await startCollector({ port: 0 });
  await using program = new Program(["--import", register, programPath("nested-limit"), "apart"], {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });

  await program.line(/^done$/);
  program.kill("SIGTERM");
  await program.ended;
  expect(program.errors).toBe("");
  expect((await findings(collector.url)).filter(({ kind }) => kind === "nested-limiter")).toEqual([]);
});
