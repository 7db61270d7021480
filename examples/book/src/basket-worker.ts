import { parentPort, workerData } from "node:worker_threads";

/** What 11.7.1 sends to this worker. */
export interface Basket {
  owner: string;
  items: string[];
}

const basket = workerData as Basket;
const frozen = Object.isFrozen(basket.items);
basket.items.push("cup");
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port is no window
parentPort?.postMessage(`${basket.items.join(", ")}; it came ${frozen ? "frozen" : "not frozen"}`);
