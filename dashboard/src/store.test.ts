import { packChanges, type CollectorStatus, type HotSpot } from "@holdup/protocol";
import { expect, test } from "vitest";
import type { DataSource } from "./data-source.ts";
import type { Message } from "./state.ts";
import { Store } from "./store.ts";

/** A source that tells what it is given. */
class GivenSource implements DataSource {
  readonly watched: (string | undefined)[] = [];
  tell: (message: Message) => void = () => {};
  start(listener: (message: Message) => void): void {
    this.tell = listener;
  }
  watch(service: string | undefined): void {
    this.watched.push(service);
  }
  resync(): void {}
  ask(): Promise<never> {
    return Promise.reject(new Error("nothing to ask here"));
  }
}

test("a paused page shows what it knew then, and goes on listening", () => {
  const { source, store } = started();
  store.pause(Date.now());
  const shown = store.getState();
  const now = store.now();

  source.tell(changes(1, 5));

  expect(store.getState()).toBe(shown);
  expect(store.now()).toBe(now);
  expect(store.isLate()).toBe(false);
  expect(costs(store.getLive())).toEqual([5]);

  store.pause(undefined);
  expect(costs(store.getState())).toEqual([5]);
});

test("a page that opens paused shows what was known by then, as soon as it knows anything", () => {
  const source = new GivenSource();
  const store = new Store(source);
  const long = Date.now() - 60_000;
  store.pause(long);
  store.start();

  source.tell(snapshot(1));

  expect(store.isLate()).toBe(true);
  expect(Math.abs(store.now() - long)).toBeLessThan(5000);
  source.tell(changes(1, 5));
  expect(costs(store.getState())).toEqual([1]);
});

test("another service is another session, paused or not", () => {
  const { source, store } = started();
  store.pause(Date.now());

  store.watch("payments");

  expect(source.watched).toEqual(["payments"]);
  expect(store.getState().sync).toBe("none");
  source.tell(snapshot(7));
  source.tell(changes(1, 8));
  expect(costs(store.getState())).toEqual([7]);
});

function started(): { source: GivenSource; store: Store } {
  const source = new GivenSource();
  const store = new Store(source);
  store.start();
  source.tell(snapshot(1));
  return { source, store };
}

function costs({ rows }: ReturnType<Store["getState"]>): number[] {
  return [...rows.values()].map(({ blameSeconds }) => blameSeconds);
}

function snapshot(blameSeconds: number): Message {
  const at = Date.now();
  const content = { sequence: 0, time: at, status, windowSeconds: 900, series: {}, findings: [] };
  return { type: "snapshot", at, snapshot: { ...content, hotSpots: [spot(blameSeconds)] } };
}

function changes(sequence: number, blameSeconds: number): Message {
  const at = Date.now();
  const content = { sequence, time: at, status, gone: [], figures: [], points: [] };
  return { type: "changes", at, changes: packChanges({ ...content, hotSpots: [spot(blameSeconds)] }) };
}

const status = { services: [] } as unknown as CollectorStatus;

function spot(blameSeconds: number): HotSpot {
  return { service: "checkout", primitive: { name: "a", type: "lock" }, blameSeconds } as HotSpot;
}
