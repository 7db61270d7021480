import { expect, test } from "vitest";
import { defaultLinks, readLinks, siteLink, traceLink } from "./links.ts";

const site = { filePath: "src/a b/#in.ts", lineNumber: 41 };

test("a line opens in the editor once the folder of the source is known", () => {
  expect(siteLink(defaultLinks, site)).toBeUndefined();
  expect(siteLink({ ...defaultLinks, folder: "/home/me/shop/" }, site)).toBe(
    "vscode://file/home/me/shop/src/a%20b/%23in.ts:41",
  );
  expect(siteLink(defaultLinks, { filePath: "/abs/a.ts", lineNumber: 1 })).toBe("vscode://file/abs/a.ts:1");
  expect(siteLink({ ...defaultLinks, folder: "C:\\shop" }, { filePath: "a.ts", lineNumber: 1 })).toBe(
    "vscode://file/C%3A/shop/a.ts:1",
  );
});

test("a trace opens where its template says", () => {
  const traces = "http://localhost:16686/trace/{traceId}";

  expect(traceLink({ ...defaultLinks, traces }, "ab c")).toBe("http://localhost:16686/trace/ab%20c");
  expect(traceLink(defaultLinks, "abc")).toBeUndefined();
});

test("no template is a script", () => {
  expect(traceLink({ ...defaultLinks, traces: "javascript:alert('{traceId}')" }, "1")).toBeUndefined();
  expect(traceLink({ ...defaultLinks, traces: "{traceId}" }, "1")).toBeUndefined();
});

test("what a browser remembers wrongly is forgotten", () => {
  expect(readLinks("{")).toEqual(defaultLinks);
  expect(readLinks('{"folder": 1, "traces": "http://t/{traceId}"}')).toEqual({
    ...defaultLinks,
    traces: "http://t/{traceId}",
  });
});
