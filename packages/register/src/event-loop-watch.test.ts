import { expect, test } from "vitest";
import { beatMs, lookMs, Pulse } from "./event-loop-heartbeat.ts";
import { Watch } from "./event-loop-watch.ts";

/** A watch over a pulse, with a clock that goes as it is told; and what it told, with the milliseconds that it knew of. */
class Scene {
  readonly pulse = new Pulse(Pulse.memory());
  readonly told: [what: string, ms: number][] = [];
  #starvedMs = 0;
  readonly #watch = new Watch(
    this.pulse,
    500,
    {
      blocked: (ms) => this.told.push(["blocked", ms]),
      lasts: (ms) => this.told.push(["lasts", ms]),
      over: (ms) => this.told.push(["over", ms]),
    },
    0,
    () => this.#starvedMs,
  );
  #now = 0;

  /** Time goes by; the loop gets on, or not; the watch looks at the end. */
  pass(ms: number, gettingOn: boolean): this {
    this.#now += ms;
    if (gettingOn) this.pulse.beat();
    this.#watch.look(this.#now);
    return this;
  }

  /** So many tenths of a second, with a look as often as there is one. */
  tenths(count: number, gettingOn: boolean): this {
    for (let i = 0; i < (count * 100) / lookMs; i++) this.pass(lookMs, gettingOn);
    return this;
  }

  /** For so long the loop's thread has had no processor. */
  starve(ms: number): this {
    this.#starvedMs += ms;
    return this;
  }

  end(): this {
    this.#watch.end();
    return this;
  }
}

test("a loop that does not get on is told of at the threshold, again when it is twice as long, and when it is over", () => {
  const { told } = new Scene().tenths(3, true).tenths(21, false).tenths(3, true);

  expect(told).toEqual([
    ["blocked", 500],
    ["lasts", 1000],
    ["lasts", 2000],
    ["over", 2100],
  ]);
});

test("many short turns are no block", () => {
  const scene = new Scene();
  for (let i = 0; i < 100; i++) scene.tenths(4, false).tenths(1, true);

  expect(scene.told).toEqual([]);
});

test("what a program does before its first turn is its start", () => {
  expect(new Scene().tenths(50, false).told).toEqual([]);
});

test("while somebody debugs, the loop may stand still", () => {
  const scene = new Scene().tenths(1, true);
  scene.pulse.debugged = true;

  expect(scene.tenths(50, false).told).toEqual([]);
});

test("a stopped process or a sleeping machine counts as one look", () => {
  const scene = new Scene().tenths(1, true).pass(3_600_000, false).tenths(1, true);

  expect(scene.told).toEqual([]);
});

test("a loop that had no processor for most of the time is blocked by no line", () => {
  const scene = new Scene().tenths(2, true).tenths(1, false);
  // It is asked for since a beat was missing.
  for (let i = 0; i < 20; i++) scene.starve(80).tenths(1, false);
  scene.tenths(11, false);
  expect(scene.told).toEqual([]);

  // From now on it had one for half of the time.
  scene.tenths(1, false);
  expect(scene.told).toEqual([["blocked", 3300]]);
});

test("no two stacks are taken within five seconds; a block that lasts is told of later", () => {
  const scene = new Scene()
    .tenths(1, true)
    .tenths(6, false)
    .tenths(1, true)
    .tenths(10, false)
    .tenths(1, true);
  expect(scene.told).toEqual([
    ["blocked", 500],
    ["over", 600],
  ]);

  scene.tenths(40, false);
  expect(scene.told.filter(([what]) => what === "blocked")).toHaveLength(2);
});

test("a program that ends gets on: the block that was told of is over", () => {
  const { told } = new Scene().tenths(1, true).tenths(7, false).end();

  expect(told).toEqual([
    ["blocked", 500],
    ["over", 700],
  ]);
});

test("a loop that gets on is not asked how long it had no processor", () => {
  const pulse = new Pulse(Pulse.memory());
  let asked = 0;
  const watch = new Watch(pulse, 500, { blocked() {}, lasts() {}, over() {} }, 0, () => asked++);
  const lookAt = (ms: number) => {
    for (let at = 0; at < ms; at += lookMs) watch.look(at);
  };
  for (let beats = 0; beats < 100; beats++) {
    pulse.beat();
    lookAt(beatMs);
  }
  expect(asked).toBe(0);

  lookAt(400);
  expect(asked).toBe(1);
});
