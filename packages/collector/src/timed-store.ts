/** A store whose every answer is timed. */

import type { Store } from "./store.ts";

/** Told how long an operation took, in seconds. */
export type TimeStore = (operation: string, result: "ok" | "error", seconds: number) => void;

/** The same store, whatever its class; what it answers at once is not timed. */
export function timedStore(store: Store, tell: TimeStore): Store {
  const timed = new Map<string | symbol, unknown>();
  return new Proxy(store, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const known = timed.get(name) ?? timing(String(name), value as Method, target, tell);
      timed.set(name, known);
      return known;
    },
  });
}

type Method = (...args: unknown[]) => unknown;

function timing(operation: string, method: Method, target: Store, tell: TimeStore): Method {
  return (...args) => {
    const start = performance.now();
    const answer = method.apply(target, args);
    if (!(answer instanceof Promise)) return answer;
    const end = (result: "ok" | "error") => (): void =>
      tell(operation, result, (performance.now() - start) / 1000);
    answer.then(end("ok"), end("error"));
    return answer;
  };
}
