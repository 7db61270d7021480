import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment } from "./variables.ts";

/**
 * Whether a module was named to Node by `--import` (on the command line or in NODE_OPTIONS) and not
 * imported by the program itself.
 */
export function isPreloaded(
  moduleUrl: string,
  packageName: string,
  execArgv: readonly string[] = process.execArgv,
  nodeOptions: string = process.env["NODE_OPTIONS"] ?? "",
): boolean {
  const words = [...execArgv, ...nodeOptions.split(/\s+/)];
  return words.some((word, i) => {
    const named = word.startsWith("--import=")
      ? word.slice("--import=".length)
      : words[i - 1] === "--import" && word;
    return typeof named === "string" && isModule(named.replaceAll('"', ""), moduleUrl, packageName);
  });
}

function isModule(named: string, moduleUrl: string, packageName: string): boolean {
  if (named === packageName || named === moduleUrl) return true;
  const path = named.startsWith("file:") ? fileURLToPath(named) : named;
  try {
    return realpathSync(path) === fileURLToPath(moduleUrl);
  } catch {
    // Another package's name, not a path.
    return false;
  }
}

/** Whether the environment says that no telemetry is wanted. */
export function isDisabled(environment: Environment): boolean {
  return environment["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true";
}

// Programs that start the program: measuring them would only add rows that mean nothing.
const launchers = /^(npm|npx|pnpm|pnpx|yarn|corepack|tsx|nodemon)(-cli)?(\.[cm]?js)?$/;

/** Whether a script is a package manager or runner that starts the real program in another process. */
export function isLauncher(script: string | undefined): boolean {
  if (script === undefined) return false;
  if (launchers.test(basename(script))) return true;
  return /\/node_modules\/(tsx|pnpm|npm|yarn|corepack)\/(dist|bin)\//.test(script.replaceAll("\\", "/"));
}
