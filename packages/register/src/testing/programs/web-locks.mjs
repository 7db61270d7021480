const { locks } = navigator;

async function work() {
  await Promise.resolve();
}

await locks.request("accounts", work);
await Promise.all([locks.request("cart-8231", work), locks.request("cart-8231", work)]);
await Promise.all([1, 2].map(() => locks.request("table", { mode: "shared" }, work)));
