/** One item put and taken. */
import { Queue } from "@holdup/primitives";
import { Channel } from "async-channel";
import { observed, type Case } from "./measure.ts";

export const queues: Case[] = [
  { name: "holdup", run: pass },
  { name: "holdup observed", setUp: observed, run: pass },
  {
    name: "async-channel",
    async run(times) {
      const channel = new Channel<number>(1);
      for (let i = 0; i < times; i++) {
        void channel.push(i);
        await channel.get();
      }
    },
  },
];

async function pass(times: number): Promise<void> {
  const queue = new Queue<number>("bench");
  for (let i = 0; i < times; i++) {
    queue.putNowait(i);
    await queue.get();
  }
}
