import { Session, type Profiler } from "node:inspector";

/** The processor profile of this thread, taken by V8 itself; nothing has to be asked for on the command line. */
export class CpuProfiler {
  readonly #session = new Session();

  /** Begins to sample, so many microseconds apart. */
  constructor(intervalMicroseconds: number) {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.setSamplingInterval", { interval: intervalMicroseconds });
    this.#session.post("Profiler.start");
  }

  /** Ends it. All at once, so that it can be called when a program exits. */
  stop(): TakenProfile {
    // Within one thread a session answers before `post` returns.
    let profile: Profiler.Profile | undefined;
    this.#session.post("Profiler.stop", (error, result) => {
      if (error === null) profile = result.profile;
    });
    const sourceMaps = profile === undefined ? new Map<string, string>() : this.#sourceMaps();
    this.#session.disconnect();
    if (profile === undefined) throw new Error("V8 gave no profile");
    return { profile, sourceMaps };
  }

  // Only now: while a debugger is attached, code is slower.
  #sourceMaps(): Map<string, string> {
    const urls = new Map<string, string>();
    this.#session.on("Debugger.scriptParsed", ({ params: { scriptId, sourceMapURL } }) => {
      if (sourceMapURL !== undefined && sourceMapURL !== "") urls.set(scriptId, sourceMapURL);
    });
    this.#session.post("Debugger.enable");
    this.#session.post("Debugger.disable");
    return urls;
  }
}

/** A profile, and by script id the URLs of the source maps that scripts name: those that were made while they were loaded, too. */
export interface TakenProfile {
  readonly profile: Profiler.Profile;
  readonly sourceMaps: ReadonlyMap<string, string>;
}
