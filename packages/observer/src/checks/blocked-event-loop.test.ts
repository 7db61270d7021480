import { expect, test } from "vitest";
import { createObserver } from "../observer.ts";

const render = { functionName: "render", filePath: "src/report.ts", lineNumber: 12 };
const handle = { functionName: "handle", filePath: "src/server.ts", lineNumber: 40 };

test("a turn that blocked the event loop is found with what was running; the same place again counts up", () => {
  using observer = createObserver();
  observer.loopBlocked({ ms: 3021, sites: [render, handle], id: "blocked-1" });
  observer.loopBlocked({ ms: 750, sites: [render], id: "blocked-1" });
  observer.loopBlocked({ ms: 600, sites: [handle] });

  expect(observer.findings).toMatchObject([
    {
      id: "blocked-1",
      kind: "blocked-event-loop",
      severity: "warning",
      message: "the event loop was blocked for 750 ms in render at src/report.ts:12",
      primitives: [],
      count: 2,
    },
    { sites: [handle], count: 1 },
  ]);
});

test("where it could not be seen what was running, it is told without a place", () => {
  using observer = createObserver();
  observer.loopBlocked({ ms: 12_000, sites: [] });

  expect(observer.findings).toMatchObject([{ message: "the event loop was blocked for 12 s", sites: [] }]);
});
