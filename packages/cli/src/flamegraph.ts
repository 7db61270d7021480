import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { applicationFrames, framesOf, normaliseProfile, type CpuProfile } from "@holdup/recording";

/**
 * Has 0x draw a profile as one page, and sees that the application is in it: 0x draws an empty page without a word.
 *
 * @returns how many functions of the application it shows
 * @throws Error if 0x fails
 */
export async function drawFlamegraph(profile: CpuProfile, title: string, file: string): Promise<number> {
  const drawn = `${file}.cpuprofile`;
  await writeFile(drawn, JSON.stringify(normaliseProfile(profile, pathToFileURL("/"))));
  try {
    await zeroX(["--quiet", "--title", title, "--output-html", file, "--visualize-cpu-profile", drawn]);
  } finally {
    await rm(drawn, { force: true });
  }
  return applicationFrames(framesOf(await readFile(file, "utf8"))).length;
}

/** All threads' profiles as one, each under a frame with the thread's name if there are several. */
export function joinProfiles(
  profiles: readonly { readonly label: string; readonly profile: CpuProfile }[],
): CpuProfile {
  const [only] = profiles;
  if (only !== undefined && profiles.length === 1) return only.profile;
  const root = { functionName: "(root)", scriptId: "0", url: "", lineNumber: -1, columnNumber: -1 };
  const tops: number[] = [];
  const nodes = [{ id: 1, callFrame: root, hitCount: 0, children: tops }] as CpuProfile["nodes"][number][];
  for (const { label, profile } of profiles) {
    const shift = nodes.length;
    const ids = new Map(profile.nodes.map(({ id }, index) => [id, shift + 1 + index]));
    tops.push(shift + 1);
    for (const [index, node] of profile.nodes.entries()) {
      const callFrame = index === 0 ? { ...node.callFrame, functionName: label } : node.callFrame;
      const children = (node.children ?? []).map((id) => ids.get(id) ?? 0);
      nodes.push({ id: shift + 1 + index, callFrame, hitCount: node.hitCount, children });
    }
  }
  // The viewer asks for nothing but the tree.
  return { nodes, startTime: 0, endTime: 0, samples: [], timeDeltas: [] };
}

async function zeroX(args: readonly string[]): Promise<void> {
  const command = createRequire(import.meta.url).resolve("0x/cmd.js");
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, [command, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => (said += data.toString()));
  }
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code !== 0) throw new Error(`0x ended with ${signal ?? `exit code ${code}`}: ${said.trim()}`);
}

/** The name of the page in a recording's folder. */
export const flamegraphFile = "flamegraph.html";

/** Where it is. */
export function flamegraphPath(folder: string): string {
  return join(folder, flamegraphFile);
}
