// One listener for each signal: a program gives the same one to many, and each listener more would cost more.
const watched = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `aborted` once when the signal aborts, unless what is returned is called before. */
export function onAbort(signal: AbortSignal | undefined, aborted: () => void): () => void {
  if (signal === undefined || signal === null) return nothing;
  let all = watched.get(signal);
  if (all === undefined) {
    const callbacks = new Set<() => void>();
    all = callbacks;
    watched.set(signal, callbacks);
    signal.addEventListener(
      "abort",
      () => {
        for (const callback of callbacks) callback();
        callbacks.clear();
      },
      { once: true },
    );
  }
  all.add(aborted);
  return () => void all.delete(aborted);
}

function nothing(): void {}
