import { ownFrames, Subject, withStackLimit, type CallSite, type PrimitiveType } from "@holdup/primitives";

ownFrames.add(new URL(".", import.meta.url).href);
// With source maps on, as tsx has them, stacks name the sources.
ownFrames.add(new URL("../../src/instrumentation/", import.meta.url).href);

/** Frames that are looked through for the user's: libraries construct through factories and subclasses. */
const depth = 12;

/**
 * What a lock, limiter or pool of a library is to those who measure it. Nobody gave it a name: it is called
 * `<library>@<file>:<line>`, after the user's line that had it made, whatever files of libraries lie between.
 */
export class ForeignSubject extends Subject {
  readonly #label: string;
  // Unread: reading a stack costs more than making a limiter.
  #origin: CallSite | undefined = {};
  #called: string | undefined = undefined;
  #namesake: ForeignSubject | undefined = undefined;

  /** @param limit how many may hold at once; 0 where there is no limit */
  constructor(type: PrimitiveType, label: string, limit: number) {
    super(type, label, Number.isFinite(limit) ? limit : 0, ForeignSubject);
    this.#label = label;
    const origin = this.#origin as CallSite;
    withStackLimit(depth, () => Error.captureStackTrace(origin, ForeignSubject));
  }

  /** False: digits in it are a line, and not what makes it one of many. */
  override get named(): boolean {
    return false;
  }

  /** Another one that is called the same: one of the pools that an agent has, one for each host. */
  namesake(): ForeignSubject {
    const other = new ForeignSubject(this.type, this.#label, this.limit);
    other.#namesake = this;
    return other;
  }

  override get name(): string {
    if (this.#namesake !== undefined) return this.#namesake.name;
    if (this.#called === undefined) {
      this.#called = `${this.#label}@${userPlace(String(this.#origin?.stack))}`;
      this.#origin = undefined;
    }
    return this.#called;
  }
}

// The first frame of the program itself; the first of a library, if there is none.
function userPlace(stack: string): string {
  let found = "unknown";
  for (const line of stack.split("\n")) {
    const [, path = "", at] = /(?:^\s+at |\()([^()]*?):(\d+):\d+\)?$/.exec(line) ?? [];
    if (at === undefined || isNobodys(path)) continue;
    const place = `${path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)}:${at}`;
    if (!path.replaceAll("\\", "/").includes("/node_modules/")) return place;
    if (found === "unknown") found = place;
  }
  return found;
}

function isNobodys(path: string): boolean {
  if (path.startsWith("node:")) return true;
  if (/\.(test|bench)\.[cm]?[jt]s$/.test(path)) return false;
  const url = path.startsWith("/") ? `file://${path}` : path;
  for (const home of ownFrames) if (url.startsWith(home)) return true;
  return false;
}
