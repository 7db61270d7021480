import { expect, test } from "vitest";
import { FailingStore } from "./testing/failing-store.ts";
import { ObservedProgram } from "./testing/observed-program.ts";
import { startOfTime, startWorld } from "./testing/world.ts";

const delta = 1;

test("a change of who waits that could not be kept counts once, when it comes again", async () => {
  const store = new FailingStore();
  await using world = await startWorld({ store, onError: () => {} });
  const tell = (change: number) =>
    world.post("metrics", new ObservedProgram("shop", startOfTime).waiters(change, {}, delta).metrics());
  const waiters = async () => (await world.get("/api/hotspots")).json.items[0].waiters;

  const refused = tell(3);
  store.fail();
  expect((await refused).status).toBe(503);
  expect((await tell(3)).status).toBe(200);

  expect(await waiters()).toBe(3);
  for (const change of [-1, -2, 5]) await tell(change);
  expect(await waiters()).toBe(5);
});
