/**
 * `pnpm flame`: runs the checkout service under load and leaves one page that shows where its
 * processor time goes.
 *
 * Node takes the samples (`--cpu-prof`), 0x draws them. 0x could take them as well, but then hides
 * all TypeScript, keeps one thread of several and swallows the exit code.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  applicationFrames,
  framesOf,
  normaliseProfile,
  skipStart,
  type CpuProfile,
  type Frame,
} from "@holdup/recording";
import { flamegraphFile } from "./flamegraph-file.ts";

const root = new URL("../../../", import.meta.url);
const sources = "examples/checkout/src";
const customers = 12;
const seconds = 10;
const warmUpMs = 2000;
// Node's own default is 1000; the service mostly waits, so that there is little to sample.
const sampleEveryMicroseconds = 250;

async function flame(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdup-flame-"));
  try {
    await flameIn(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function flameIn(folder: string): Promise<void> {
  const page = fileURLToPath(new URL(flamegraphFile, root));
  const profile = join(folder, "checkout.cpuprofile");
  // So that a run that fails does not pass the page of one before for its own.
  await rm(page, { force: true });
  say(`running the checkout service for ${seconds} s with ${customers} customers`);
  await sample(profile);
  say("reading the profile");
  await normalise(profile);
  say("drawing the flamegraph with 0x");
  await draw(profile, page);
  say(`${flamegraphFile} shows ${summary(await check(page))}`);
}

async function sample(profile: string): Promise<void> {
  await node(
    "the checkout service",
    "--cpu-prof",
    `--cpu-prof-interval=${sampleEveryMicroseconds}`,
    `--cpu-prof-dir=${dirname(profile)}`,
    `--cpu-prof-name=${basename(profile)}`,
    "--conditions=@holdup/source",
    fileURLToPath(new URL(`${sources}/main.ts`, root)),
    `--load=${customers}`,
    `--seconds=${seconds}`,
    "--port=0",
  );
}

async function normalise(profile: string): Promise<void> {
  const taken = JSON.parse(await readFile(profile, "utf8")) as CpuProfile;
  await writeFile(profile, JSON.stringify(normaliseProfile(skipStart(taken, warmUpMs), root)));
}

async function draw(profile: string, page: string): Promise<void> {
  await mkdir(dirname(page), { recursive: true });
  const command = createRequire(import.meta.url).resolve("0x/cmd.js");
  const title = `checkout, ${customers} customers, ${seconds} s`;
  const rendering = ["--quiet", "--title", title, "--output-html", page, "--visualize-cpu-profile", profile];
  await node("0x", command, ...rendering);
}

/** A page can be drawn and yet be empty: see that the service is in it. */
async function check(page: string): Promise<Frame[]> {
  const shown = applicationFrames(framesOf(await readFile(page, "utf8")), sources);
  if (shown.length > 0) return shown;
  throw new Error(`${flamegraphFile} shows no function of ${sources}`);
}

function summary(frames: readonly Frame[]): string {
  const hottest = frames.slice(0, 3).map(({ name }) => name.split(" ")[0]);
  return `${frames.length} functions of ${sources}; the most time took ${hottest.join(", ")}`;
}

/** Runs a program on Node to its end, in view. */
async function node(program: string, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  if (code !== 0) throw new Error(`${program} ended with ${signal ?? `exit code ${code}`}`);
}

function say(progress: string): void {
  console.log(`flame: ${progress}`);
}

try {
  await flame();
} catch (error) {
  console.error(`flame: ${(error as Error).message}`);
  process.exitCode = 1;
}
