import { expect, test } from "vitest";
import { cpuTree } from "./flame-tree.ts";
import { reportHtml, reportPlace, type ReportData } from "./report.ts";
import { syntheticRecording } from "./testing/synthetic-recording.ts";

const page = `<html><body>before ${reportPlace} after</body></html>`;

function dataOf(html: string): ReportData {
  const json =
    /<script type="application\/json" id="holdup-recording">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  return JSON.parse(json) as ReportData;
}

test("a report is a page with its recording in it, whatever names are in that", () => {
  const recording = syntheticRecording({ seed: 1, name: "</script><script>alert(1)</script> $& $' $1" });

  const html = reportHtml(page, recording, cpuTree([]));

  expect(html).toMatch(/^<html><body>before <script .*<\/script> after<\/body><\/html>$/s);
  expect(html).not.toContain("<script>alert");
  expect(dataOf(html)).toEqual({ recording, cpu: cpuTree([]) });
});

test("flight recordings that would make it too large are left out, and it says whose", () => {
  const recording = syntheticRecording({ seed: 1 });
  const flight = {
    version: 1 as const,
    start: 0,
    end: 0,
    primitives: [{ type: "lock", name: "x".repeat(2 ** 20) }],
    tasks: [],
    sites: [],
    holds: [],
    waits: [],
    findings: [],
  };
  const flights = Array.from({ length: 6 }, (_, index) => ({ thread: `worker ${index}`, flight }));

  const { recording: kept, leftOut } = dataOf(reportHtml(page, { ...recording, flights }, cpuTree([])));

  expect(kept.flights.map(({ thread }) => thread)).toEqual(["worker 0", "worker 1", "worker 2"]);
  expect(leftOut).toEqual(["worker 3", "worker 4", "worker 5"]);
});

test("a page without a place for it is no page of a report", () => {
  expect(() => reportHtml("<html></html>", syntheticRecording({ seed: 1 }), cpuTree([]))).toThrow(
    "no place for a recording",
  );
});
