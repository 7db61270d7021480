import { Failure } from "./failure.ts";
import type { TopClient } from "./top-client.ts";
import type { Show } from "./top-screen.ts";
import { initialState, press, selectedRow, withProblem, withReport, type TopState } from "./top-state.ts";

/** How long after an answer the collector is asked again, in milliseconds. */
const pauseMs = 1000;

/** The state over time: asks the collector again and again, at once when a key needs another answer. */
export class TopWatch {
  readonly #client: TopClient;
  readonly #listeners = new Set<() => void>();
  #state: TopState;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  // Asked for while another answer was still to come.
  #again = false;
  #stopped = true;

  constructor(client: TopClient, minutes: number) {
    this.#client = client;
    this.#state = initialState(minutes);
  }

  /** What the screen needs of it. */
  get show(): Pick<Show, "state" | "listen" | "press"> {
    return {
      state: () => this.#state,
      listen: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      press: (key) => this.#press(key),
    };
  }

  start(): void {
    this.#stopped = false;
    void this.#ask();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#client.close();
  }

  #press(key: string): void {
    const before = this.#state;
    this.#become(press(before, key));
    const { minutes, open } = this.#state;
    if (minutes !== before.minutes || (open && !before.open)) void this.#ask();
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    await this.#answer();
    this.#asking = false;
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#ask(), this.#again ? 0 : pauseMs);
    this.#again = false;
  }

  async #answer(): Promise<void> {
    const { minutes } = this.#state;
    try {
      const report = await this.#client.report(minutes);
      // An answer about another window than is shown by now is none.
      if (minutes === this.#state.minutes) this.#become(withReport(this.#state, report));
      const row = this.#state.open ? selectedRow(this.#state) : undefined;
      if (row !== undefined) {
        const detail = await this.#client.detail(row, report.from);
        this.#become({ ...this.#state, detail });
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#become(withProblem(this.#state, error.message, Date.now()));
    }
  }

  #become(state: TopState): void {
    if (this.#stopped) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
