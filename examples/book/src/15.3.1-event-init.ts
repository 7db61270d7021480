/** 15.3.1 An event as a gate: workers wait until the initialisation is complete. */
import { Event, gather, run, sleep } from "@holdup/primitives";

async function initializer(initialized: Event) {
  console.log("Initialisation started...");
  await sleep(2_000);
  console.log("Initialisation complete.");
  initialized.set();
}

async function worker(initialized: Event, name: string) {
  console.log(`Worker ${name} is waiting for the initialisation.`);
  await initialized.wait();
  console.log(`Worker ${name} starts working.`);
}

async function main() {
  const initialized = new Event("initialized");
  await gather([
    () => initializer(initialized),
    () => worker(initialized, "A"),
    () => worker(initialized, "B"),
    () => worker(initialized, "C"),
  ]);
}

await run(main);
