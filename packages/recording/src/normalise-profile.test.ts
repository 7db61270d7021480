import { expect, test } from "vitest";
import { normaliseProfile } from "./normalise-profile.ts";

const root = new URL("file:///home/me/my%20repo/");

function normalise(functionName: string, url: string, lineNumber: number): string {
  const callFrame = { functionName, scriptId: "1", url, lineNumber, columnNumber: 0 };
  const profile = {
    nodes: [{ id: 1, hitCount: 0, callFrame }],
    startTime: 0,
    endTime: 0,
    samples: [],
    timeDeltas: [],
  };
  const frame = normaliseProfile(profile, root).nodes[0]?.callFrame;
  return `${frame?.functionName} ${frame?.url}:${frame?.lineNumber}`;
}

test("a TypeScript file is relative to the repository and ends in .js, its lines count from 1", () => {
  expect(normalise("place", `${root.href}examples/checkout/src/orders.ts`, 41)).toBe(
    "place examples/checkout/src/orders.ts.js:42",
  );
});

test("a JavaScript file keeps its name, a file outside the repository its path", () => {
  expect(normalise("a", `${root.href}dist/main.js`, 0)).toBe("a dist/main.js:1");
  expect(normalise("a", "file:///opt/it%20all/main.mjs", 0)).toBe("a /opt/it all/main.mjs:1");
  expect(normalise("a", `${root.href}legacy.cjs`, 0)).toBe("a ./legacy.cjs.js:1");
});

test("a dependency is shown without the store that it lies in", () => {
  const url = `${root.href}node_modules/.pnpm/router@2.0.0/node_modules/router/index.js`;

  expect(normalise("handle", url, 9)).toBe("handle ./node_modules/router/index.js:10");
});

test("Node's own code keeps the name by which the viewer knows it", () => {
  expect(normalise("emit", "node:events", 4)).toBe("emit events.js:5");
  expect(normalise("tick", "node:internal/process/task_queues", 4)).toBe(
    "tick internal/process/task_queues.js:5",
  );
  expect(normalise("open", "node:fs/promises", 4)).toBe("open fs.promises.js:5");
});

test("own code is not taken for Node's, wherever it lies", () => {
  expect(normalise("a", `${root.href}app.ts`, 4)).toBe("a ./app.ts.js:5");
  expect(normalise("a", `${root.href}src/internal/a.ts`, 4)).toBe("a /src/internal/a.ts.js:5");
});

test("a function without a name counts, what has no source stays as it is", () => {
  expect(normalise("", `${root.href}src/a.ts`, 0)).toBe("anonymous src/a.ts.js:1");
  expect(normalise("(idle)", "", -1)).toBe("(idle) :-1");
});
