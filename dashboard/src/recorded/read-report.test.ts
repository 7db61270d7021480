import { reportHtml, reportPlace } from "@holdup/recording";
import { expect, test } from "vitest";
import { readReport } from "./read-report.ts";
import { recordedShop } from "./testing/recorded-shop.ts";

test("what the command put into a page is read from it", () => {
  const { recording, cpu } = recordedShop({ name: "</script><script>alert(1)</script>" });
  const html = reportHtml(`<body>${reportPlace}</body>`, recording, cpu);
  const text = /<script type="application\/json" id="holdup-recording">(.*?)<\/script>/s.exec(html)?.[1];

  expect(readReport(text ?? "")).toEqual({ recording, cpu });
});

test("a recording of another version is told in a sentence", () => {
  const { recording, cpu } = recordedShop();
  const text = JSON.stringify({ recording: { ...recording, version: 2 }, cpu });

  expect(() => readReport(text)).toThrow("this report has version 2; this Holdup reads version 1");
});
