import express from "express";
import pLimit from "p-limit";
import pg from "pg";

const pool = new pg.Pool({ max: 2 });
const carrier = pLimit(2);

const app = express();

app.get("/orders/:id", (request, response, next) => {
  void findOrder(request.params.id).then((order) => response.json(order), next);
});

app.get("/shipments/:id", (request, response, next) => {
  void carrier(() => askCarrier(request.params.id)).then((shipment) => response.json(shipment), next);
});

async function findOrder(id) {
  const { rows } = await pool.query("select $1::text as id, pg_sleep(0.05)::text as slept", [id]);
  return rows[0];
}

/** The carrier answers slowly, and no more than two questions at once. */
async function askCarrier(id) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { id, state: "on its way" };
}

const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`Orders are on http://localhost:${server.address().port}`);
});
