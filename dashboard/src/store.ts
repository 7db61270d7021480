import type { ProfileItem } from "@holdup/protocol";
import { createContext, useContext, useSyncExternalStore } from "react";
import type { DataSource, Question, QuestionName, Questions } from "./data-source.ts";
import { asOf, apply, clockOffset, initialState, type Message, type State } from "./state.ts";

/** How far from the present a pause may be to show what is known of the present, in milliseconds. */
const presentMs = 2000;

/** What the page shows while it is paused. */
interface Frozen {
  readonly state: State;
  /** The viewer's clock, which stands still as well: nothing gets older. */
  readonly now: number;
  /** Whether the moment was over when it was asked for, and its rows have to be asked of the source. */
  readonly late: boolean;
}

/**
 * Holds the page's state and tells who listens when it is another. Paused, it goes on listening to its source and
 * shows what was known at that moment.
 */
export class Store {
  readonly #source: DataSource;
  readonly #listeners = new Set<() => void>();
  #live: State = initialState(Date.now());
  #frozen: Frozen | undefined;
  #pausedAt: number | undefined;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Listens to the source, for the life of the page. */
  start(): void {
    this.#source.start((message) => this.#take(message));
  }

  /** Asks for one service's hot spots, or everyone's. */
  watch(service: string | undefined): void {
    this.#frozen = undefined;
    // Another service is another session.
    this.#live = { ...this.#live, sync: "none", session: [] };
    this.#source.watch(service);
    this.#tell();
  }

  /** Shows what was known at that moment, Unix ms on the collector's clock; undefined: goes on. */
  pause(at: number | undefined): void {
    if (at === this.#pausedAt) return;
    this.#pausedAt = at;
    this.#frozen = undefined;
    this.#freeze();
    this.#tell();
  }

  /** Asks the source. */
  ask<Name extends QuestionName>(
    question: Question<Name>,
    signal: AbortSignal,
  ): Promise<Questions[Name]["answer"]> {
    return this.#source.ask(question, signal);
  }

  /** Has the source keep a profile; undefined: it keeps none. */
  async keep(name: string, profile: Blob): Promise<ProfileItem | undefined> {
    return this.#source.keep?.(name, profile);
  }

  /** What the page shows. */
  readonly getState = (): State => this.#frozen?.state ?? this.#live;

  /** What is so right now, paused or not. */
  readonly getLive = (): State => this.#live;

  /** The viewer's clock as the page shows it, Unix ms; of a recording its end. */
  readonly now = (): number => this.#live.recorded?.whole.to ?? this.#frozen?.now ?? Date.now();

  /** Whether the page shows a moment that was over when it was asked for. */
  readonly isLate = (): boolean => this.#frozen?.late ?? false;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #take(message: Message): void {
    const before = this.#live;
    this.#live = apply(before, message);
    if (this.#live === before) return;

    if (this.#live.sync === "lost" && before.sync !== "lost") this.#source.resync();
    this.#freeze();
    this.#tell();
  }

  #freeze(): void {
    const at = this.#pausedAt;
    if (at === undefined || this.#frozen !== undefined || this.#live.sync === "none") return;
    const now = Date.now();
    const present = now + clockOffset(this.#live);
    const late = Math.abs(present - at) > presentMs;
    this.#frozen = { state: late ? asOf(this.#live, at) : this.#live, now: now - present + at, late };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const StoreContext = createContext<Store | null>(null);

/** Gives the components below their store. */
export const StoreProvider = StoreContext.Provider;

/** The store itself, for what is drawn outside React. */
export function useStore(): Store {
  const store = useContext(StoreContext);
  if (store === null) throw new Error("No store here; put the component below a StoreProvider.");
  return store;
}

/** One part of what the page shows; renders again when that part is another. `select` must not build a new object. */
export function useHoldup<Part>(select: (state: State) => Part): Part {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}

/** The same of what is so right now, for what goes on while the page is paused: the connection, the status. */
export function useLive<Part>(select: (state: State) => Part): Part {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => select(store.getLive()));
}
