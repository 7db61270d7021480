import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { PrimitiveSnapshot, Snapshot } from "@holdup/observer";

const here = (path: string): string => new URL(path, import.meta.url).href;

/** Milliseconds for a test that starts processes or tries many programs, on a machine that has other things to do. */
export const timeout = 60_000;

/** What the observer knows at the end of a program that does not know of Holdup, by the primitives' names. */
export async function runWrapped(
  program: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Record<string, PrimitiveSnapshot>> {
  const args = [
    "--conditions=@holdup/source",
    "--import",
    here("../index.ts"),
    "--import",
    here("report.mjs"),
  ];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...args, new URL(`programs/${program}`, import.meta.url).pathname],
    {
      env: {
        PATH: process.env["PATH"],
        // Nobody listens there.
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
        HOLDUP_SITES_PER_SECOND: "100000",
        ...environment,
      },
    },
  );
  const { primitives } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Snapshot;
  return Object.fromEntries(primitives.map((primitive) => [primitive.name, primitive]));
}

/** How often each line asked, by its number in the file. */
export function askers(primitive: PrimitiveSnapshot | undefined): Record<string, number> {
  const { byWaiter = [] } = primitive ?? {};
  return Object.fromEntries(byWaiter.map(({ site, operations }) => [String(site?.lineNumber), operations]));
}
