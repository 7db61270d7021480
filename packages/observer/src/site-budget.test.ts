import { Subject } from "@holdup/primitives";
import { expect, test } from "vitest";
import { AttentionDivision } from "./attention.ts";
import { settingsOf } from "./options.ts";
import { SiteBudget } from "./site-budget.ts";
import { Totals } from "./totals.ts";

const totalsOf = (name: string) => new Totals(new Subject("lock", name, 1, Subject), name, settingsOf({}));

test("what is said to be spent until then is, and not much longer", () => {
  const [sites, totals] = [new SiteBudget(40), totalsOf("a")];
  let at = 0;
  for (let round = 0; round < 200; round++) {
    while (sites.forHold(totals, at));
    const until = sites.noneForHoldUntil(totals, at);

    expect(until).toBeGreaterThan(at);
    // Ten a second come anew; chance adds half of the time at most.
    expect(until - at).toBeLessThanOrEqual(150);
    for (let i = 0; i < 10; i++) expect(sites.forHold(totals, at + ((until - at) * i) / 10)).toBe(false);
    at = until;
  }
});

test("whoever waits has sites looked up again as soon as there are some", () => {
  const [sites, totals] = [new SiteBudget(40), totalsOf("a")];
  let found = 0;
  for (let at = 0; at < 60_000; at++) if (sites.forWait(totals, at)) found++;

  // A minute's worth of what is shared, and of the part that it has of what is kept back; and what was put by at first.
  expect(found).toBeGreaterThan(60 * (20 + 10) * 0.9);
  expect(found).toBeLessThan(60 * (20 + 10) + 100);
});

test("what a hold may be looked up with is not what those that wait have", () => {
  const [sites, quiet, busy] = [new SiteBudget(40), totalsOf("a"), totalsOf("b")];
  busy.busyUntil = 1000;
  while (sites.forHold(quiet, 0));

  expect(sites.forHold(quiet, 0)).toBe(false);
  expect(sites.forHold(busy, 0)).toBe(true);
  expect(sites.forWait(quiet, 0)).toBe(true);
});

test("a primitive that is waited for has its sites looked up, however often others are used", () => {
  const [sites, waitedFor, often] = [new SiteBudget(250), totalsOf("inventory"), totalsOf("database")];
  const division = new AttentionDivision();
  let [asked, found] = [0, 0];
  for (let at = 0; at < 10_000; at++) {
    waitedFor.blockedMs += 0.9;
    often.blockedMs += 0.1;
    if (at % 250 === 0) division.divide([waitedFor, often], at);
    // A thousand a second of the one, sixty of the other: altogether four times of what there is.
    sites.forWait(often, at);
    if (at % 16 !== 0) continue;
    asked++;
    if (sites.forWait(waitedFor, at)) found++;
  }
  expect(found).toBe(asked);
});
