/** 11.5.1 An event: two tasks wait until a third sets it. */
import { Event, gather, run, sleep } from "@holdup/primitives";

async function waiter(event: Event, name: string) {
  console.log(`Waiter ${name} is waiting for the event...`);
  await event.wait();
  console.log(`Waiter ${name} has got the event!`);
}

async function setter(event: Event) {
  await sleep(2_000);
  console.log("Setting the event.");
  event.set();
}

async function main() {
  const event = new Event("the event");
  await gather([() => waiter(event, "A"), () => waiter(event, "B"), () => setter(event)]);
}

await run(main);
