import type { Site } from "@holdup/protocol";
import type { CpuProfile } from "./cpu-profile.ts";
import { cpuTree, frameKey, type FlameNode } from "./flame-tree.ts";
import { siteLabel } from "./site.ts";
import { quantile } from "./student-t.ts";

/** The processor profiles of one side's recordings: of each recording one for each thread. */
export type SideProfiles = readonly (readonly CpuProfile[])[];

/**
 * How much of the processor's time a function of the program takes in two versions: itself, and by what it calls of Node
 * and of dependencies, whose time is no news to those who can change only their own.
 */
export interface ProcessorChange {
  /** Without a path: what no function of the program called, as the garbage collector. */
  readonly site: Site;
  /** Its share of a run's time, on average. */
  readonly base: number;
  readonly head: number;
  /** Milliseconds of a run, on average. */
  readonly baseMs: number;
  readonly headMs: number;
  /** Head − base, and its 95 % confidence interval, for all functions together. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: "hotter" | "cooler" | "unchanged" | "unsure";
}

/** Smaller shares, and differences of shares, are nothing. */
const smallest = 0.005;

/** With fewer recordings a side, how much runs of the same code differ is not known. */
const enoughRecordings = 3;

const significance = 0.05;

/** What takes another share of the processor's time than before, the largest difference first. */
export function processorChanges(base: SideProfiles, head: SideProfiles): ProcessorChange[] {
  const [before, after] = [base.map(ownTimes), head.map(ownTimes)];
  if (before.length === 0 || after.length === 0) return [];
  const sites = new Map([...before, ...after].flatMap(({ sites: all }) => [...all]));
  const compared = [...sites].flatMap(([key, site]) => {
    const sides = [sharesOf(before, key), sharesOf(after, key)] as const;
    return Math.max(mean(sides[0]), mean(sides[1])) < smallest ? [] : [{ key, site, sides }];
  });
  return compared
    .map(({ key, site, sides: [was, is] }): ProcessorChange => {
      const difference = mean(is) - mean(was);
      const margin = marginOf(was, is, significance / compared.length);
      return {
        site,
        base: mean(was),
        head: mean(is),
        baseMs: mean(before.map(({ ms }) => ms.get(key) ?? 0)),
        headMs: mean(after.map(({ ms }) => ms.get(key) ?? 0)),
        difference,
        low: Math.max(-1, difference - margin),
        high: Math.min(1, difference + margin),
        verdict: verdictOf(difference, margin),
      };
    })
    .toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
}

/** One in words: `sign src/sign.ts:8 takes 14.1 % of the processor's time, 10.9 % before`. */
export function processorSentence({ site, base, head }: ProcessorChange): string {
  return `${siteLabel(site)} takes ${sharePercent(head)} of the processor's time, ${sharePercent(base)} before`;
}

function verdictOf(difference: number, margin: number): ProcessorChange["verdict"] {
  if (Math.abs(difference) < smallest) return "unchanged";
  if (Math.abs(difference) <= margin) return "unsure";
  return difference > 0 ? "hotter" : "cooler";
}

/** What one run computed. */
interface OwnTimes {
  readonly sites: Map<string, Site>;
  readonly ms: Map<string, number>;
  readonly wholeMs: number;
}

function ownTimes(profiles: readonly CpuProfile[]): OwnTimes {
  const tree = cpuTree(profiles);
  const times: OwnTimes = { sites: new Map(), ms: new Map(), wholeMs: tree.total };
  const visit = (node: FlameNode, owner: FlameNode | undefined): void => {
    const charged = isOfTheProgram(node) ? node : owner;
    if (node.self > 0) charge(times, charged ?? unowned(node), node.self);
    for (const child of node.children) visit(child, charged);
  };
  for (const child of tree.children) visit(child, undefined);
  return times;
}

function isOfTheProgram({ file }: FlameNode): boolean {
  // Of WebAssembly no file is known.
  return file !== "" && !/^(?:node|wasm):/.test(file) && !file.includes("node_modules/");
}

type Frame = Pick<FlameNode, "name" | "file" | "line">;

function unowned({ name }: FlameNode): Frame {
  const collector = name === "(garbage collector)";
  return { name: collector ? name : "(outside of the program's functions)", file: "", line: 0 };
}

function charge({ sites, ms }: OwnTimes, frame: Frame, selfMs: number): void {
  const key = frameKey(frame);
  const { name: functionName, file: filePath, line: lineNumber } = frame;
  if (!sites.has(key)) sites.set(key, { functionName, filePath, lineNumber });
  ms.set(key, (ms.get(key) ?? 0) + selfMs);
}

function sharesOf(runs: readonly OwnTimes[], key: string): number[] {
  return runs.map(({ ms, wholeMs }) => (wholeMs === 0 ? 0 : (ms.get(key) ?? 0) / wholeMs));
}

/** Half the confidence interval of a difference of means, the sides as uneven as they are (Welch). */
function marginOf(base: readonly number[], head: readonly number[], chance: number): number {
  if (Math.min(base.length, head.length) < enoughRecordings) return Number.POSITIVE_INFINITY;
  const [before, after] = [variance(base) / base.length, variance(head) / head.length];
  if (before + after === 0) return 0;
  const degrees = (before + after) ** 2 / (before ** 2 / (base.length - 1) + after ** 2 / (head.length - 1));
  return quantile(chance / 2, degrees) * Math.sqrt(before + after);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/** A share for people: `14.1 %`. */
export function sharePercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A difference of shares, in points: `+3.2`. */
export function sharePoints(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${Math.abs(difference * 100).toFixed(1)}`;
}
