import { expect, test } from "vitest";
import type { CpuProfile } from "./cpu-profile.ts";
import { comparisonHtml } from "./comparison-html.ts";
import { comparisonMarkdown } from "./comparison-markdown.ts";
import { compareRecordings } from "./comparison.ts";
import { defaultFailOn, parseFailOn } from "./fail-on.ts";
import { cpuTree, waitTree } from "./flame-tree.ts";
import { processorChanges, processorSentence } from "./processor-change.ts";
import { syntheticRecording } from "./testing/synthetic-recording.ts";

/** One run: `sign` computes in what it calls of Node and of a dependency, `render` by itself. Milliseconds. */
function profile(hashMs: number, renderMs: number, line = 8): CpuProfile {
  const frame = (functionName: string, url: string, lineNumber: number) => ({
    functionName,
    scriptId: "1",
    url,
    lineNumber: lineNumber - 1,
    columnNumber: 0,
  });
  const samples = [
    [4, hashMs],
    [5, hashMs],
    [6, renderMs],
    [7, 5],
    [8, 1000],
  ] as const;
  return {
    nodes: [
      { id: 1, callFrame: frame("(root)", "", 0), hitCount: 0, children: [2, 6, 7, 8] },
      { id: 2, callFrame: frame("sign", "src/sign.ts", line), hitCount: 0, children: [3] },
      { id: 3, callFrame: frame("digest", "node:crypto", 3), hitCount: 0, children: [4, 5] },
      { id: 4, callFrame: frame("update", "", 0), hitCount: 1 },
      { id: 5, callFrame: frame("pad", "./node_modules/pad/index.js", 2), hitCount: 1 },
      { id: 6, callFrame: frame("render", "src/render.ts", 3), hitCount: 1 },
      { id: 7, callFrame: frame("(garbage collector)", "", 0), hitCount: 1 },
      { id: 8, callFrame: frame("(idle)", "", 0), hitCount: 1 },
    ],
    samples: samples.map(([id]) => id),
    // A sample stands for the time until the next one.
    timeDeltas: [0, ...samples.slice(0, -1).map(([, ms]) => ms * 1000)],
    startTime: 0,
    endTime: samples.reduce((sum, [, ms]) => sum + ms * 1000, 0),
  };
}

const base = [100, 101, 99].map((ms) => [profile(ms, 200)]);
const hotter = [130, 131, 129].map((ms) => [profile(ms, 200, 12)]);

test("a function that computes 30 % longer in what it calls is hotter, with its line in the head", () => {
  const [first, second] = processorChanges(base, hotter);

  expect(first).toMatchObject({ verdict: "hotter", baseMs: 200, headMs: 260 });
  expect(first?.site).toEqual({ functionName: "sign", filePath: "src/sign.ts", lineNumber: 12 });
  expect(first && processorSentence(first)).toBe(
    "sign src/sign.ts:12 takes 55.9 % of the processor's time, 49.4 % before",
  );
  expect(second).toMatchObject({ verdict: "cooler", site: { functionName: "render" } });
});

test("what no function of the program called is told, too, and idling is nothing", () => {
  const collector = processorChanges(base, hotter).find(({ site }) => site.filePath === "");

  expect(collector).toMatchObject({ site: { functionName: "(garbage collector)" }, baseMs: 5, headMs: 5 });
});

test("the same code is unchanged; what sways is unsure, and so is everything with fewer than three recordings", () => {
  const swaying = [60, 130, 200].map((ms) => [profile(ms, 200)]);

  expect(new Set(processorChanges(base, base).map(({ verdict }) => verdict))).toEqual(new Set(["unchanged"]));
  expect(processorChanges(base, swaying)[0]?.verdict).toBe("unsure");
  expect(processorChanges(base.slice(1), hotter)[0]).toMatchObject({ verdict: "unsure", low: -1, high: 1 });
});

test("it is in the summary and on the page, and fails nothing: the waiting is unchanged", () => {
  const run = [syntheticRecording({ seed: 1 })];
  const failOn = parseFailOn(defaultFailOn);

  const comparison = compareRecordings(run, run, failOn, { base, head: hotter });

  const none = waitTree([]);
  const trees = [cpuTree(base.flat()), cpuTree(hotter.flat())] as const;
  const page = comparisonHtml(comparison, { waiters: [none, none], holders: [none, none], cpu: trees });
  expect(comparison).toMatchObject({ verdict: "unchanged", failures: [] });
  expect(comparisonMarkdown(comparison)).toMatch(/\| hotter \| sign src\/sign.ts:12 \| 49.4 % \| 55.9 % \|/);
  expect(page).toContain("<p>Hotter: sign src/sign.ts:12 takes 55.9 %");
  expect(page).toMatch(
    /<td>hotter<\/td><td><code>sign src\/sign.ts:12<\/code><\/td><td>49.4 %, 200 ms<\/td>/,
  );
});
