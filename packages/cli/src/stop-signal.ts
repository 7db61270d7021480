import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A terminal's Ctrl-C may come twice, from the group and from npm; a person takes longer, in milliseconds. */
const echoMs = 200;

/** Resolves when the person or the system asks this program to end. Further requests are ignored: the end is under way. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of signals) process.on(signal, resolve);
  });
}

/** From now on a further request ends the program, whatever it is doing. */
export function endAtOnce(): void {
  const asked = performance.now();
  for (const signal of signals) {
    process.on(signal, () => {
      if (performance.now() - asked > echoMs) process.exit(128 + constants.signals[signal]);
    });
  }
}
