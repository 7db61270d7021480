import { createObserver, type Finding, type FindingKind } from "@holdup/observer";
import { observe } from "@holdup/primitives";
import { settled, turns } from "./settled.ts";

/** The options of `noFindings`. */
export interface NoFindingsOptions {
  /**
   * What makes a test fail. @default deadlock, self-deadlock, pool-exhausted, nested-limiter, lock-order-inversion,
   * leaked-hold, lost-update, endless-wait: what is wrong however fast it is
   */
  readonly kinds?: readonly FindingKind[] | undefined;
  /** Findings that are all right in this test. @default none */
  readonly allow?: ((finding: Finding) => boolean) | undefined;
}

/** A test ended, and something is wrong with how its code waits: the message tells what, where, and what to do. */
export class FindingsError extends Error {
  readonly code = "ERR_FINDINGS";
  readonly findings: readonly Finding[];

  static {
    this.prototype.name = "FindingsError";
  }

  constructor(findings: readonly Finding[]) {
    super(findings.map(({ kind, message, advice }) => `${kind}: ${message}\n  ${advice}`).join("\n"));
    this.findings = findings;
  }
}

const defaultKinds: readonly FindingKind[] = [
  "deadlock",
  "self-deadlock",
  "pool-exhausted",
  "nested-limiter",
  "lock-order-inversion",
  "leaked-hold",
  "lost-update",
  "endless-wait",
];

/**
 * Observes the block that it stands in, and at its end throws if something is wrong in how its code waits: a deadlock
 * also where the test would go on without it, an order of locks that can deadlock though it did not this time.
 *
 * Orders and updates are told apart by task: spawn what runs at the same time. With `--expose-gc` it collects the
 * garbage first, and finds holds that were dropped without release.
 *
 * @throws at the end of the block FindingsError, with what the block threw, if it did, as `suppressed` of a
 *   SuppressedError; InvalidStateError if another observer is installed
 *
 * @example
 * ```ts
 * test("transfers keep the order of their locks", async () => {
 *   await using check = noFindings();
 *   await Promise.all([spawn(() => transfer(a, b)), spawn(() => transfer(b, a))]);
 * });
 * ```
 */
export function noFindings(options: NoFindingsOptions = {}): AsyncDisposable {
  const { kinds = defaultKinds, allow = () => false } = options;
  const observer = createObserver({ spans: "none", sitesPerSecond: Number.POSITIVE_INFINITY });
  const observing = observe(observer);
  return {
    async [Symbol.asyncDispose]() {
      try {
        await settled();
        // What was not counted yet is still referred to.
        observer.snapshot();
        await collectGarbage();
        const wrong = observer
          .diagnose()
          .filter((finding) => kinds.includes(finding.kind) && !allow(finding));
        if (wrong.length > 0) throw new FindingsError(wrong);
      } finally {
        observing[Symbol.dispose]();
      }
    },
  };
}

// What the first collection finalizes may have kept other things alive.
async function collectGarbage(): Promise<void> {
  for (let times = 0; times < 2 && globalThis.gc !== undefined; times++) {
    globalThis.gc();
    await turns(mostRegistries);
  }
}

// Node tells one registry of finalizers in each turn of the event loop, and the program's libraries have theirs, too.
const mostRegistries = 256;
