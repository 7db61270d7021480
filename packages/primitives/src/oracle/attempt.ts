import { isCancelled } from "../errors.ts";
import { spawn, type Task } from "../task.ts";
import type { WaitOptions } from "../waiter.ts";

/** The ways in which a wait can be made; all but the first can be interrupted. */
export const manners = ["plain", "signal", "timeout", "task"] as const;
export type Manner = (typeof manners)[number];

/** How long an attempt with a timeout waits, in milliseconds. */
export const patienceMs = 10;

/** One wait of a random program: made in one of the four ways, interrupted in that way, and its outcome kept. */
export class Attempt<T> {
  readonly manner: Manner;
  outcome: "open" | "ok" | "interrupted" | "failed" = "open";
  value: T | undefined;
  error: unknown;
  readonly #abort = new AbortController();
  readonly #task: Task<void> | undefined;

  constructor(manner: Manner, start: (options: WaitOptions) => Promise<T>, ended: () => void = () => {}) {
    this.manner = manner;
    const go = async () => {
      try {
        this.value = await start(this.#options());
        this.outcome = "ok";
      } catch (error) {
        this.error = error;
        const late = (error as { code?: string }).code === "ERR_TIMEOUT";
        this.outcome = late || isCancelled(error) ? "interrupted" : "failed";
      }
      ended();
    };
    if (manner !== "task") void go();
    else {
      this.#task = spawn(go);
      // Cancelled before its first step, it never runs.
      this.#task.watch(() => void (this.outcome === "open" && (this.outcome = "interrupted")));
    }
  }

  /** Interrupts it if a signal or a task can; the others go on. */
  cancel(): void {
    if (this.manner === "signal") this.#abort.abort("enough");
    if (this.outcome === "open") this.#task?.cancel("enough");
  }

  get cancellable(): boolean {
    return this.manner === "signal" || this.manner === "task";
  }

  #options(): WaitOptions {
    if (this.manner === "signal") return { signal: this.#abort.signal };
    return this.manner === "timeout" ? { timeout: patienceMs } : {};
  }
}
