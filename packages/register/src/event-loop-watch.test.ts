import { expect, test } from "vitest";
import { Pulse } from "./event-loop-heartbeat.ts";
import { lookMs, Watch } from "./event-loop-watch.ts";

/** A watch over a pulse, with a clock that goes as it is told; and what it told, with the milliseconds that it knew of. */
class Scene {
  readonly pulse = new Pulse(Pulse.memory());
  readonly told: [what: string, ms: number][] = [];
  readonly #watch = new Watch(
    this.pulse,
    500,
    {
      blocked: (ms) => this.told.push(["blocked", ms]),
      lasts: (ms) => this.told.push(["lasts", ms]),
      over: (ms) => this.told.push(["over", ms]),
    },
    0,
  );
  #now = 0;

  /** Time goes by; the loop gets on, or not; the watch looks at the end. */
  pass(ms: number, gettingOn: boolean): this {
    this.#now += ms;
    if (gettingOn) this.pulse.beat();
    this.#watch.look(this.#now);
    return this;
  }

  /** So many looks, one after the other. */
  looks(count: number, gettingOn: boolean): this {
    for (let i = 0; i < count; i++) this.pass(lookMs, gettingOn);
    return this;
  }

  end(): this {
    this.#watch.end();
    return this;
  }
}

test("a loop that does not get on is told of at the threshold, again when it is twice as long, and when it is over", () => {
  const { told } = new Scene().looks(3, true).looks(21, false).looks(3, true);

  expect(told).toEqual([
    ["blocked", 500],
    ["lasts", 1000],
    ["lasts", 2000],
    ["over", 2100],
  ]);
});

test("many short turns are no block", () => {
  const scene = new Scene();
  for (let i = 0; i < 100; i++) scene.looks(4, false).looks(1, true);

  expect(scene.told).toEqual([]);
});

test("what a program does before its first turn is its start", () => {
  expect(new Scene().looks(50, false).told).toEqual([]);
});

test("while somebody debugs, the loop may stand still", () => {
  const scene = new Scene().looks(1, true);
  scene.pulse.debugged = true;

  expect(scene.looks(50, false).told).toEqual([]);
});

test("a stopped process or a sleeping machine counts as one look", () => {
  const scene = new Scene().looks(1, true).pass(3_600_000, false).looks(1, true);

  expect(scene.told).toEqual([]);
});

test("no two stacks are taken within five seconds; a block that lasts is told of later", () => {
  const scene = new Scene().looks(1, true).looks(6, false).looks(1, true).looks(10, false).looks(1, true);
  expect(scene.told).toEqual([
    ["blocked", 500],
    ["over", 600],
  ]);

  scene.looks(40, false);
  expect(scene.told.filter(([what]) => what === "blocked")).toHaveLength(2);
});

test("a program that ends gets on: the block that was told of is over", () => {
  const { told } = new Scene().looks(1, true).looks(7, false).end();

  expect(told).toEqual([
    ["blocked", 500],
    ["over", 700],
  ]);
});
