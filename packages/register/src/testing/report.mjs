// Loaded after Holdup: writes what was measured to standard output when the program ends.
const observer = globalThis[Symbol.for("holdup.observer.1")];

process.prependOnceListener("beforeExit", () => {
  process.stdout.write(`${JSON.stringify(observer?.snapshot() ?? null)}\n`);
});
