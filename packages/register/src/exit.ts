/**
 * Has `flush` called once when the program ends: at its normal end, and at SIGTERM and SIGINT. The
 * exit code and the signal stay what they were.
 *
 * A signal ends the program only if nobody else listens to it: a graceful shutdown of the program's
 * own is not cut short, and its normal end flushes. `process.exit()` can't be waited for.
 */
export function flushAtExit(flush: () => Promise<void>): Disposable {
  const atEnd = () => void flush();
  const handlers = signals.map((signal) => {
    const handler = () => void endBy(signal, flush);
    process.once(signal, handler);
    return { signal, handler };
  });
  process.once("beforeExit", atEnd);
  return {
    [Symbol.dispose]() {
      process.off("beforeExit", atEnd);
      for (const { signal, handler } of handlers) process.off(signal, handler);
    },
  };
}

const signals = ["SIGTERM", "SIGINT"] as const;

/** How long a signal waits for the flush, in milliseconds. */
const patienceMs = 3000;

async function endBy(signal: NodeJS.Signals, flush: () => Promise<void>): Promise<void> {
  // Ours was a `once`: it no longer counts.
  const alone = process.listenerCount(signal) === 0;
  await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, patienceMs).unref())]);
  if (alone) process.kill(process.pid, signal);
}
