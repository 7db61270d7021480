import { createContext, useContext, useSyncExternalStore } from "react";
import type { DataSource, Inspected } from "./connection.ts";
import { apply, initialState, type Message, type State } from "./state.ts";

/** Holds the page's state and tells who listens when it is another. */
export class Store {
  readonly #source: DataSource;
  readonly #listeners = new Set<() => void>();
  #state: State = initialState(Date.now());

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Listens to the source, for the life of the page. */
  start(): void {
    this.#source.start((message) => this.#take(message));
  }

  /** Asks for one service's hot spots, or everyone's. */
  watch(service: string | undefined): void {
    this.#source.watch(service);
  }

  /** Asks for everything of one primitive, until another is asked for. */
  inspect(inspected: Inspected | undefined): void {
    this.#source.inspect(inspected);
  }

  readonly getState = (): State => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #take(message: Message): void {
    const before = this.#state;
    this.#state = apply(before, message);
    if (this.#state === before) return;

    if (this.#state.sync === "lost" && before.sync !== "lost") this.#source.resync();
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

/** One part of the state; renders again when that part is another. `select` must not build a new object. */
export function useHoldup<Part>(select: (state: State) => Part): Part {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}
