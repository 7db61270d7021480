import { defineConfig } from "vitest/config";

// Tests against engines that neither `npm start` nor `npm test` install: `pnpm test:clickhouse`.
export default defineConfig({
  ssr: { resolve: { conditions: ["@holdup/source"] } },
  test: {
    include: ["packages/*/src/**/*.engine.test.ts"],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
