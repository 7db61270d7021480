import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What the running program is called when nobody says, and which version of it runs, as far as it says so. */
export interface Program {
  readonly name: string;
  readonly version: string | undefined;
}

/** Asks the nearest package.json that has a name, or else the script. */
export function programAt(script: string | undefined): Program {
  if (script === undefined) return { name: "node", version: undefined };
  // A runner of another's (ts-node, pm2) is not the program.
  const folder = /[\\/]node_modules[\\/]/.test(script) ? process.cwd() : dirname(script);
  return packageAt(folder) ?? { name: basename(script), version: undefined };
}

function packageAt(folder: string): Program | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      name?: unknown;
      version?: unknown;
    };
    if (isText(name)) return { name, version: isText(version) ? version : undefined };
  } catch {
    // No package.json here, or none that can be read: look further up.
  }
  const above = dirname(folder);
  return above === folder ? undefined : packageAt(above);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
