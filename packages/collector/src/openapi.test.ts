import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Express } from "express";
import { expect, test } from "vitest";
import { Access } from "./access.ts";
import { httpApp } from "./http.ts";
import { openApi } from "./openapi.ts";
import { deadlock, ObservedProgram, siteAt } from "./testing/observed-program.ts";
import { spanOf } from "./testing/observed-span.ts";
import { startOfTime, startWorld, type World } from "./testing/world.ts";

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(openApi, "api");

/** What validates the answer of a route with that status. */
function validator(route: string, status: number): ValidateFunction {
  const pointer = route
    .replaceAll("~", "~0")
    .replaceAll("/", "~1")
    .replaceAll("{", "%7B")
    .replaceAll("}", "%7D");
  const path = `api#/paths/${pointer}/get/responses/${status}/content/application~1json/schema`;
  return ajv.compile({ $ref: path });
}

/** A collector that has something to say on every route. */
async function busyWorld(): Promise<World> {
  const world = await startWorld();
  const holder = { holder: siteAt(9) };
  const program = new ObservedProgram("shop", startOfTime)
    .wait([0, 0.5], { site: siteAt(7) })
    .hold([1], { site: siteAt(9) })
    .handoff([0.1])
    .operations(2)
    .blame(3, { site: siteAt(7), ...holder })
    .blame(1)
    .activity("in SELECT stock", 0.072, holder)
    .explained(2, holder)
    .waiters(1)
    .holders(1)
    .loop([0.001, 3], 3, [3.5, 6.5])
    .stalledWait(3)
    .collections("minor", [0.002])
    .memory({ new_space: 1000, old_space: 5000 }, 90_000);
  await world.post("metrics", program.metrics());
  const estimated = { name: "ledger", site: siteAt(3), probability: 0.3, holders: [9] };
  await world.post(
    "traces",
    program.spans([
      spanOf("wait ledger", 1, { seconds: 1, ...estimated }),
      spanOf("hold ledger", 2, { seconds: 1, ...estimated }),
    ]),
  );
  await world.post("logs", program.findings({ a: deadlock(startOfTime) }));
  const party = { task: "checkout", site: siteAt(9), sinceMs: 120.5, operation: "acquire" };
  await world.post(
    "logs",
    program.snapshot([{ name: "accounts", type: "lock", holders: [party], waiters: [{}] }]),
  );
  await world.post("logs", "?");
  return world;
}

test.each([
  ["/api/status", "/api/status"],
  ["/api/services", "/api/services"],
  ["/api/hotspots", "/api/hotspots?limit=1"],
  ["/api/hotspots", "/api/hotspots?by=waiter"],
  ["/api/hotspots", "/api/hotspots?by=holder"],
  ["/api/primitives/{service}/{name}", "/api/primitives/shop/accounts"],
  ["/api/primitives/{service}/{name}", "/api/primitives/shop/ledger"],
  ["/api/waits", "/api/waits"],
  ["/api/holds", "/api/holds"],
  ["/api/waitgraph", "/api/waitgraph?service=shop"],
  ["/api/findings", "/api/findings"],
  ["/api/event-loop", "/api/event-loop?service=shop"],
  ["/api/profiles", "/api/profiles?limit=1"],
  ["/api/profiles/{id}", "/api/profiles/waits?service=shop"],
  ["/api/openapi.json", "/api/openapi.json"],
  ["/healthz", "/healthz"],
  ["/readyz", "/readyz"],
])("%s answers as the document says: %s", async (route, path) => {
  await using world = await busyWorld();
  const { status, json } = await world.get(path);
  const validate = validator(route, 200);
  expect(status).toBe(200);
  expect(validate(json), ajv.errorsText(validate.errors)).toBe(true);
  if ("items" in json) expect(json.items).not.toHaveLength(0);
});

test.each([
  ["/api/hotspots", "/api/hotspots?by=colour", 400],
  ["/api/waitgraph", "/api/waitgraph?limit=1", 400],
  ["/api/event-loop", "/api/event-loop?from=yesterday", 400],
  ["/api/profiles", "/api/profiles?by=size", 400],
  ["/api/profiles/{id}", "/api/profiles/nothing", 404],
  ["/api/primitives/{service}/{name}", "/api/primitives/shop/nothing", 404],
])("%s fails as the document says: %s", async (route, path, code) => {
  await using world = await startWorld();
  const { status, json } = await world.get(path);
  const validate = validator(route, code);
  expect(status).toBe(code);
  expect(validate(json), ajv.errorsText(validate.errors)).toBe(true);
});

test("the answers are held to what the document says, nothing more and nothing less", () => {
  const validate = validator("/api/services", 200);
  const service = { name: "a", primitives: 1, instances: 1, firstSeenAt: 1, lastSeenAt: 1 };
  expect(validate({ items: [service], next: null })).toBe(true);
  expect(validate({ items: [{ ...service, colour: "red" }], next: null })).toBe(false);
  expect(validate({ items: [{ ...service, name: 1 }], next: null })).toBe(false);
  expect(validate({ items: [] })).toBe(false);
});

test("times are asked for as the document says", async () => {
  await using world = await startWorld();
  const from = openApi.paths["/api/hotspots"]?.get?.parameters?.find(({ name }) => name === "from");
  const validate = ajv.compile(from?.schema ?? {});
  for (const [value, text] of [
    ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"],
    ["2026-01-02", "2026-01-02"],
    [startOfTime, String(startOfTime)],
    ["yesterday", "yesterday"],
    [-1, "-1"],
  ] as const) {
    const { status } = await world.get(`/api/hotspots?from=${text}`);
    expect([value, validate(value)]).toEqual([value, status === 200]);
  }
});

test("every route is in the document, and nothing else is", () => {
  const app = httpApp({ access: new Access(undefined) } as never, { now: Date.now, onError: () => {} });
  const served = routes((app as Express & { router: Stack }).router).map((path) =>
    path.replaceAll(/:(\w+)/g, "{$1}"),
  );
  const own = Object.keys(openApi.paths).filter((path) => !path.startsWith("/v1/"));
  // The router does not tell where it is mounted.
  expect(own.map((path) => path.replace(/^\/api(?=\/)/, "")).toSorted()).toEqual(
    [...new Set(served)].toSorted(),
  );
});

test("the wait graph tells who waits for whom now, process by process, of one service or all", async () => {
  await using world = await startWorld();
  const holder = { task: "checkout", site: siteAt(9), sinceMs: 120.5, operation: "acquire" };
  const waiter = { task: "refund", site: siteAt(7), sinceMs: 80, operation: "acquire" };
  for (const [service, instance] of [
    ["shop", "i-1"],
    ["shop", "i-2"],
    ["bank", "i-1"],
  ] as const) {
    const program = new ObservedProgram(service, startOfTime, instance);
    await world.post(
      "logs",
      program.snapshot([{ name: "a", type: "lock", holders: [holder], waiters: [waiter] }]),
    );
  }
  const ask = async (query: string) => (await world.get(`/api/waitgraph${query}`)).json.items;

  expect(await ask("?service=bank")).toEqual([
    {
      service: "bank",
      instance: "i-1",
      primitive: { name: "a", type: "lock" },
      holders: [holder],
      waiters: [waiter],
    },
  ]);
  expect(await ask("")).toHaveLength(3);
  world.clock.now += 5_000;
  expect(await ask("")).toEqual([]);
});

interface Stack {
  readonly stack?: readonly { readonly route?: { readonly path: string }; readonly handle: Stack }[];
}

function routes({ stack = [] }: Stack): string[] {
  return stack.flatMap(({ route, handle }) => (route === undefined ? routes(handle) : [route.path]));
}
