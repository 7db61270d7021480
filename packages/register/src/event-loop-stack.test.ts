import { expect, test } from "vitest";
import { placesOf, type DebuggerFrame, type Script } from "./event-loop-stack.ts";

const own = ["file:///app/node_modules/@holdup/register/dist/"];
const options = { root: "/app", own };

// As the debugger tells it: from 0, and without a URL of its own.
function frame(functionName: string, scriptId: string, lineNumber: number): DebuggerFrame {
  return { functionName, url: "", location: { scriptId, lineNumber, columnNumber: 0 } };
}

const scripts = new Map<string, Script>([
  ["1", { url: "node:internal/process/task_queues" }],
  ["2", { url: "file:///app/node_modules/csv/index.js" }],
  ["3", { url: "file:///app/src/report.js" }],
  ["4", { url: "/app/src/server.cjs" }],
  ["5", { url: "file:///app/node_modules/@holdup/register/dist/start.js" }],
]);

test("the places of a stack begin with the program's own, without the runtime's and Holdup's frames", () => {
  const frames = [
    frame("parse", "2", 9),
    frame("start", "5", 1),
    frame("render", "3", 11),
    frame("", "4", 39),
    frame("processTicksAndRejections", "1", 103),
  ];

  expect(placesOf(frames, scripts, options)).toEqual([
    { functionName: "render", filePath: "src/report.js", lineNumber: 12 },
    { functionName: "(anonymous)", filePath: "src/server.cjs", lineNumber: 40 },
  ]);
});

test("where only a library runs, it is named", () => {
  expect(placesOf([frame("parse", "2", 9)], scripts, options)).toEqual([
    { functionName: "parse", filePath: "node_modules/csv/index.js", lineNumber: 10 },
  ]);
});

test("a place is told as its source map says: of a file that was compiled as it was loaded, the map is in it", () => {
  // Line 1 of the script is line 42 of its source.
  const map = { version: 3, sources: ["report.ts"], names: [], mappings: "AAyCA" };
  const base64 = Buffer.from(JSON.stringify(map)).toString("base64");
  for (const sourceMapURL of [
    `data:application/json;base64,${base64}`,
    `data:application/json;charset=utf-8;base64,${base64}`,
    `data:application/json,${encodeURIComponent(JSON.stringify(map))}`,
  ]) {
    const mapped = new Map([["7", { url: "file:///app/src/report.js", sourceMapURL }]]);

    expect(placesOf([frame("render", "7", 0)], mapped, options)).toEqual([
      { functionName: "render", filePath: "src/report.ts", lineNumber: 42 },
    ]);
  }
});

test("where the map is missing or no map, the running code's place stands", () => {
  for (const sourceMapURL of [
    "report.js.map",
    "data:application/json;base64,!",
    "https://example.org/a.map",
  ]) {
    const broken = new Map([["7", { url: "file:///app/src/report.js", sourceMapURL }]]);

    expect(placesOf([frame("render", "7", 0)], broken, options)).toEqual([
      { functionName: "render", filePath: "src/report.js", lineNumber: 1 },
    ]);
  }
});

test("a stack is told by its first eight places", () => {
  const frames = Array.from({ length: 30 }, (_, i) => frame(`f${i}`, "3", i));

  expect(placesOf(frames, scripts, options).map(({ functionName }) => functionName)).toEqual(
    Array.from({ length: 8 }, (_, i) => `f${i}`),
  );
});
