import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";
import { singlePage } from "./single-page.ts";

/** The page of a report: one file with all of the dashboard in it, in which `holdup record` puts a recording. */
export default defineConfig({
  plugins: [react(), singlePage({ mostBytes: 1_500_000 })],
  resolve: { conditions: ["@holdup/source", ...defaultClientConditions] },
  publicDir: false,
  build: {
    // Not beside the dashboard: nobody is to be served the page without a recording in it.
    outDir: "../packages/collector/report",
    emptyOutDir: true,
    // The same browsers as the dashboard's.
    target: ["chrome123", "firefox120", "safari17.5"],
    cssCodeSplit: false,
    modulePreload: false,
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: {
      input: fileURLToPath(new URL("report.html", import.meta.url)),
      output: { codeSplitting: false },
    },
  },
});
