import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const resolve = { conditions: ["@holdup/source"] };

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
          name: "e2e",
          include: ["packages/e2e/src/**/*.test.ts"],
          exclude: ["**/*.engine.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
