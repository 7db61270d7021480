import { expect, test } from "vitest";
import { skus } from "./catalogue.ts";
import { startLoad } from "./load.ts";
import { startServer } from "./server.ts";
import { openShop, type ShopOptions } from "./shop.ts";

async function startShop(options: ShopOptions) {
  const server = await startServer(openShop(options), 0);
  const url = (path: string) => new URL(path, server.url);
  return {
    url: server.url,
    stock: async () => (await (await fetch(url("/stock"))).json()) as Record<string, number>,
    order: (id: string) => fetch(url(`/orders/${id}`)),
    checkout: (...items: unknown[]) =>
      fetch(url("/checkout"), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ items }),
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

test("an order takes its goods off the shelves and can be looked up", async () => {
  await using shop = await startShop({ pieces: 10 });

  const placed = await shop.checkout({ sku: "mug", quantity: 2 }, { sku: "honey", quantity: 1 });

  expect(placed.status).toBe(201);
  const order = (await placed.json()) as { id: string; receipt: string; price: { total: number } };
  expect(await shop.stock()).toMatchObject({ mug: 8, honey: 9, teapot: 10 });
  expect(order.receipt).toContain("Receipt 1");
  expect(await (await shop.order(order.id)).json()).toEqual(order);
});

test("orders at the same time never sell more than there is", async () => {
  await using shop = await startShop({ pieces: 5 });

  const answers = await Promise.all(
    Array.from({ length: 9 }, () => shop.checkout({ sku: "kettle", quantity: 1 })),
  );

  const statuses = answers.map((answer) => answer.status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(5);
  expect(statuses.filter((status) => status === 409)).toHaveLength(4);
  expect(await shop.stock()).toMatchObject({ kettle: 0 });
});

test("an order that is short of one product takes none of the others", async () => {
  await using shop = await startShop({ pieces: 3 });

  const refused = await shop.checkout({ sku: "mug", quantity: 1 }, { sku: "assam", quantity: 4 });

  expect(refused.status).toBe(409);
  expect(await shop.stock()).toEqual(Object.fromEntries(skus.map((sku) => [sku, 3])));
});

test("what is no order is refused with a sentence", async () => {
  await using shop = await startShop({});

  expect((await shop.checkout()).status).toBe(400);
  expect((await shop.checkout({ sku: "mug", quantity: 0 })).status).toBe(400);
  const unknown = await shop.checkout({ sku: "yacht", quantity: 1 });
  expect(await unknown.json()).toEqual({ error: 'there is no product "yacht"' });
  expect((await shop.order("order-7")).status).toBe(404);
});

test("closing answers what was asked before", async () => {
  const shop = await startShop({ pieces: 10 });
  const order = shop.checkout({ sku: "sencha", quantity: 1 });
  await shop.stock();

  await shop[Symbol.asyncDispose]();

  expect((await order).status).toBe(201);
  await expect(fetch(new URL("/healthz", shop.url))).rejects.toThrow("fetch failed");
});

test("customers place orders until the load is disposed, and every piece is accounted for", async () => {
  await using shop = await startShop({ pieces: 1000 });
  const load = startLoad(shop.url, { customers: 3, thinkMs: 1 });
  await expect.poll(() => load.placed).toBeGreaterThan(3);

  await load[Symbol.asyncDispose]();

  const { placed, failed } = load;
  const sold = Object.values(await shop.stock()).reduce((sum, left) => sum + 1000 - left, 0);
  expect(failed).toBe(0);
  expect(sold).toBeGreaterThanOrEqual(placed);
  expect(load.placed).toBe(placed);
});
