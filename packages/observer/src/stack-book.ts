import type { Site } from "@holdup/protocol";

/** What happened under one stack of calls. */
export interface StackRow {
  /** The user's frames, innermost first; empty: it was not looked up. */
  readonly frames: readonly Site[];
  waits: number;
  blockedMs: number;
  /** Holds that others waited for. */
  holds: number;
  blameMs: number;
}

// Stacks told apart for one primitive; the rest counts to the one that was not looked up.
const mostStacks = 256;

/** Waiting and blame by call stack, for profiles. */
export class StackBook {
  readonly #unknown = newRow([]);
  // Made when it is needed: there is a book for each of thousands of primitives.
  #rows: Map<string, StackRow> | undefined;

  get rows(): StackRow[] {
    return [this.#unknown, ...(this.#rows?.values() ?? [])];
  }

  row(frames: readonly Site[]): StackRow {
    return frames.length === 0 ? this.#unknown : this.#known(frames);
  }

  #known(frames: readonly Site[]): StackRow {
    const key = frames.map(({ filePath, lineNumber }) => `${filePath}:${lineNumber}`).join("<");
    this.#rows ??= new Map();
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (this.#rows.size >= mostStacks) return this.#unknown;
    const row = newRow(frames);
    this.#rows.set(key, row);
    return row;
  }
}

function newRow(frames: readonly Site[]): StackRow {
  return { frames, waits: 0, blockedMs: 0, holds: 0, blameMs: 0 };
}
