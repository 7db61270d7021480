import { expect, test } from "vitest";
import { cpuTree } from "./flame-tree.ts";
import { reportHtml, type ReportData } from "./report.ts";
import { syntheticRecording } from "./testing/synthetic-recording.ts";

test("a report has its recording in it, whatever names are in that, and nothing from elsewhere", () => {
  const recording = syntheticRecording({ seed: 1, name: "</script><script>alert(1)</script>" });

  const html = reportHtml(recording, cpuTree([]));

  const json =
    /<script type="application\/json" id="holdup-recording">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  expect((JSON.parse(json) as ReportData).recording).toEqual(recording);
  expect(html).not.toContain("<script>alert");
  expect(html).not.toMatch(/(?:src|href)="(?!data:)/);
  expect(html).toContain("reserve src/inventory.ts:46");
});
