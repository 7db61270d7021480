import { isNodeSupported, nodeNeeded } from "./node-version.ts";
import { isDisabled, isLauncher, isPreloaded } from "./preload.ts";
import { SettingError } from "./setting-error.ts";
import { startPreloaded } from "./start.ts";

export { start, startPreloaded, startRecorded, type Holdup } from "./start.ts";
export type { StartOptions } from "./start-options.ts";
export { SettingError } from "./setting-error.ts";
export { isLauncher } from "./preload.ts";
export { runDelayMs, thisThread } from "./run-delay.ts";
export type { ObserverOptions } from "@holdup/observer";

// `node --import @holdup/register app.js`: the import alone wires the program.
if (isPreloaded(import.meta.url, "@holdup/register") && !isLauncher(process.argv[1])) preload();

function preload(): void {
  if (isDisabled(process.env)) return;
  if (!isNodeSupported()) {
    // The program does not need what Holdup needs: it goes on, unobserved.
    process.stderr.write(`holdup: nothing is measured: Holdup ${nodeNeeded}\n`);
    return;
  }
  try {
    startPreloaded();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`holdup: ${error.message}\n`);
    process.exit(2);
  }
}
