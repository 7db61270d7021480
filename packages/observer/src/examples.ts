import { Grant, keepShape, Subject, Waiter, WaitQueue } from "@holdup/primitives";
import { ROOT_CONTEXT } from "@opentelemetry/api";
import { Explanation } from "./explanation.ts";
import { Instance } from "./instance.ts";
import { HoldDetail, HoldNote, SpanPlan, Stake, TaskNote, WaitNote } from "./notes.ts";
import type { Settings } from "./options.ts";
import { Totals } from "./totals.ts";

// No integer: V8 lays a field out for doubles when it has seen one, and lays all objects out anew for the first.
const atMs = 0.5;

let kept = false;

/** Keeps one of all that is noted while someone waits or holds, once for all observers (see `keepShape`). */
export function keepShapes(settings: Settings): void {
  if (kept) return;
  kept = true;
  const instance = exampleInstance(settings);
  const { subject } = exampleQueue;
  const grant = new Grant({ subject, giveBack() {} }, 1);
  const wait = new WaitNote(instance, new Waiter(exampleQueue, ""), atMs, ROOT_CONTEXT, undefined, 0);
  const hold = new HoldNote(instance, grant, "", atMs, undefined, ROOT_CONTEXT);
  const detail = new HoldDetail(instance, undefined);
  detail.blameMs = detail.chance = atMs;
  detail.explanation = new Explanation(atMs);
  const stake = new Stake(instance, {});
  stake.readersMs = atMs;
  const notes = [wait, hold, detail, stake, new SpanPlan(atMs), new TaskNote({})];
  for (const example of notes) keepShape(example);
}

const exampleQueue = new WaitQueue(new Subject("lock", "nobody's", 1, Subject));

function exampleInstance(settings: Settings): Instance {
  const { subject } = exampleQueue;
  const instance = new Instance({}, new Totals(subject, subject.name, settings));
  instance.share = instance.reach = instance.heldMs = instance.nobodyMs = instance.soloAt = atMs;
  instance.advance(atMs);
  return instance;
}
