import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";
import { bundleBudget } from "./bundle-budget.ts";

const collector = "http://127.0.0.1:4318";

export default defineConfig({
  plugins: [react(), bundleBudget({ first: 250_000, lazy: 120_000, home: "hot-spots/hot-spots.tsx" })],
  resolve: { conditions: ["@holdup/source", ...defaultClientConditions] },
  build: {
    // The collector serves the page, and its package carries it.
    outDir: "../packages/collector/public",
    // What counts is what is loaded together, gzipped: see bundle-budget.ts.
    chunkSizeWarningLimit: 700,
    emptyOutDir: true,
    // The first browsers with CSS light-dark(): both themes come from one declaration.
    target: ["chrome123", "firefox120", "safari17.5"],
    // A data: URL would need its own line in the collector's content security policy.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { "/api": collector, "/v1": collector, "/socket.io": { target: collector, ws: true } },
  },
});
