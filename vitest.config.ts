import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const resolve = { conditions: ["@holdup/source"] };

// Where the processor has protection keys, V8's book of pages with compiled code can be wrong when a process starts and ends
// threads, as the tests of stores do: "Check failed: jit_page.has_value()" (nodejs/node#64500). Without the keys none is kept.
const execArgv = ["--no-memory-protection-keys"];

const endToEnd = { execArgv, testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        ssr: { resolve },
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "dashboard/src/**/*.test.ts",
            "examples/*/src/**/*.test.ts",
          ],
          exclude: ["packages/e2e/**", "**/*.engine.test.ts"],
          execArgv,
          isolate: false,
          // By default there is one fewer than there are processors: of two, one.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          restoreMocks: true,
          // Some start a process, and machines are busy.
          testTimeout: 30_000,
        },
      },
      {
        ssr: { resolve },
        test: {
          ...endToEnd,
          name: "e2e",
          include: ["packages/e2e/src/**/*.test.ts"],
          exclude: ["**/*.engine.test.ts", "**/*.alone.test.ts"],
          // They wait more than they compute.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ssr: { resolve },
        test: {
          ...endToEnd,
          // What measures time or the processor can't share it.
          name: "e2e-alone",
          include: ["packages/e2e/src/**/*.alone.test.ts"],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
