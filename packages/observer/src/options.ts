import { inspect } from "node:util";

/** How an observer measures. Everything has a default; times are milliseconds. */
export interface ObserverOptions {
  /**
   * Which operations become spans: all, those that had to wait and the holds they waited for, or
   * none. Totals are exact whatever is chosen. @default "contended"
   */
  spans?: "all" | "contended" | "none" | undefined;
  /** Waits of this many milliseconds or more become spans for certain. @default 100 */
  spanThresholdMs?: number | undefined;
  /**
   * Waits of each primitive that become spans, per second, on average; what quiet times left over is carried on, up to
   * one second's worth. Shorter waits are thinned out to it by chance, and their spans carry the chance that
   * they had (`holdup.sampling.probability`); totals are exact without them. A tenth of it while the event loop has no time
   * to spare. @default 50
   */
  spansPerSecond?: number | undefined;
  /**
   * Whether a wait in a trace that is not sampled is left out too. If not, it may become a span with a trace of
   * its own. @default true
   */
  followParent?: boolean | undefined;
  /** Spans that wait for their export; beyond it they are dropped and counted. @default 2048 */
  maxSpans?: number | undefined;
  /**
   * Call sites looked up per second. An operation beyond it counts to the unknown site: sums stay
   * exact, their split by site is sampled. Half of it is first come, first served; the other half goes to primitives in
   * proportion to the waiting for them, ten a second to each in any case. What nobody waits for gets another quarter
   * of it at most. One costs 15 to 90 µs, so it is a tenth of it while the event loop has no time to spare. @default 250
   */
  sitesPerSecond?: number | undefined;
  /** Different call sites told apart for each primitive; the rest counts to the unknown site. @default 100 */
  maxSites?: number | undefined;
  /** Different primitives, by type and name; the rest counts to one named `(other)`. @default 2000 */
  maxPrimitives?: number | undefined;
  /**
   * Ended waits, and holds that someone waited for, that are kept for a recording of the last 30 seconds. One takes
   * about 80 bytes. 0: only what is open is recorded. @default 16384
   */
  flightEvents?: number | undefined;
  /** File paths are told relative to this folder. @default the current directory */
  root?: string | undefined;
  /** Names of primitives that are not to be measured. @default [] */
  exclude?: readonly (string | RegExp)[] | undefined;
}

/** Options with their defaults filled in. */
export type Settings = Required<{ [K in keyof ObserverOptions]: NonNullable<ObserverOptions[K]> }>;

const mostFlightEvents = 10_000_000;

// What is wrong with a value; undefined: nothing.
type Objection = (name: string, value: unknown) => Error | undefined;

const objections: { readonly [K in keyof Settings]: Objection } = {
  spans: must('"all", "contended" or "none"', (value) =>
    ["all", "contended", "none"].includes(value as string),
  ),
  spanThresholdMs: tooSmall,
  spansPerSecond: tooSmall,
  followParent: must("true or false", (value) => typeof value === "boolean"),
  maxSpans: tooSmall,
  sitesPerSecond: tooSmall,
  maxSites: tooSmall,
  maxPrimitives: tooSmall,
  flightEvents: (name, value) => tooSmall(name, value) ?? tooManyEvents(name, value as number),
  root: must("the path of a folder", (value) => typeof value === "string" && value !== ""),
  exclude: must(
    "a list of names and regular expressions",
    (value) => Array.isArray(value) && value.every((one) => typeof one === "string" || one instanceof RegExp),
  ),
};

/** Checks options and fills in defaults. @throws RangeError, TypeError for one that is unknown or makes no sense */
export function settingsOf(options: ObserverOptions): Settings {
  checkOptions(options);
  return {
    spans: options.spans ?? "contended",
    spanThresholdMs: options.spanThresholdMs ?? 100,
    spansPerSecond: options.spansPerSecond ?? 50,
    followParent: options.followParent ?? true,
    maxSpans: options.maxSpans ?? 2048,
    sitesPerSecond: options.sitesPerSecond ?? 250,
    maxSites: options.maxSites ?? 100,
    maxPrimitives: options.maxPrimitives ?? 2000,
    flightEvents: options.flightEvents ?? 16_384,
    root: options.root ?? process.cwd(),
    exclude: options.exclude ?? [],
  };
}

function checkOptions(options: ObserverOptions): void {
  if (typeof options !== "object" || (options as unknown) === null) {
    throw invalid(`the options of an observer are ${shown(options)}; they must be an object`);
  }
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (!Object.hasOwn(objections, name)) {
      throw invalid(
        `${name} is not an option of an observer; there are ${Object.keys(objections).join(", ")}`,
      );
    }
    const error = value === undefined ? undefined : objections[name as keyof Settings](name, value);
    if (error !== undefined) throw error;
  }
}

function must(description: string, accepts: (value: unknown) => boolean): Objection {
  return (name, value) =>
    accepts(value) ? undefined : invalid(`${name} is ${shown(value)}; it must be ${description}`);
}

function tooSmall(name: string, value: unknown): Error | undefined {
  if (typeof value === "number" && value >= 0) return undefined;
  return outOfRange(`${name} is ${shown(value)}; it must be a number, 0 or more`);
}

function tooManyEvents(name: string, value: number): Error | undefined {
  if (value <= mostFlightEvents) return undefined;
  return outOfRange(`${name} is ${value}; it must be a number, ${mostFlightEvents} or less`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  return inspect(value, { depth: 0, maxArrayLength: 5, breakLength: Number.POSITIVE_INFINITY });
}

// With the codes that the errors of @holdup/primitives have.
function invalid(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG" });
}

function outOfRange(message: string): RangeError {
  return Object.assign(new RangeError(message), { code: "ERR_OUT_OF_RANGE" });
}
