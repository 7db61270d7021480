import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { SpanKind, trace } from "@opentelemetry/api";
import { spawn, TimeoutError } from "@holdup/primitives";
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import { readCart } from "./cart.ts";
import { Refusal } from "./refusal.ts";
import type { Shop } from "./shop.ts";

/** A service that listens; disposing it answers what was asked already and closes. */
export interface CheckoutServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves a shop.
 *
 * @param port 0 for any that is free
 */
export async function startServer(shop: Shop, port: number): Promise<CheckoutServer> {
  const server = createServer(routes(shop));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}`, [Symbol.asyncDispose]: () => close(server) };
}

type Handler = (request: Request, response: Response) => Promise<void>;

function routes({ orders, inventory }: Shop): Express {
  const placeOrder: Handler = async ({ body }, response) => {
    response.status(201).json(await orders.place(readCart(body)));
  };
  const findOrder: Handler = async ({ params }, response) => {
    const id = String(params["id"]);
    const order = await orders.find(id);
    if (order === undefined) throw new Refusal(404, `there is no order ${id}`);
    response.json(order);
  };
  const listStock: Handler = async (_request, response) => {
    response.json(await inventory.list());
  };
  return express()
    .disable("x-powered-by")
    .use(express.json({ limit: "16kb" }))
    .get("/healthz", (_request, response) => void response.send("ok"))
    .get("/stock", asTask(listStock))
    .post("/checkout", asTask(placeOrder))
    .get("/orders/:id", asTask(findOrder))
    .use(refuse);
}

const tracer = trace.getTracer("checkout");

/** Runs a handler as a task with the name of its route, that is who waits and who holds, and in a span of that name. */
function asTask(handler: Handler): RequestHandler {
  return async function inTask(request, response) {
    const name = `${request.method} ${(request.route as { path: string }).path}`;
    await tracer.startActiveSpan(name, { kind: SpanKind.SERVER }, async (span) => {
      try {
        await spawn(() => handler(request, response), { name });
      } finally {
        span.end();
      }
    });
  };
}

// Express knows an error handler by its four parameters.
const refuse: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  if (error instanceof Refusal) response.status(error.status).json({ error: error.message });
  else if (error instanceof TimeoutError)
    response.status(503).set("Retry-After", "1").json({ error: error.message });
  else fail(error, response);
};

function fail(error: unknown, response: Response): void {
  const status = (error as { status?: unknown }).status;
  if (typeof status === "number" && status < 500) {
    response.status(status).json({ error: (error as Error).message });
    return;
  }
  console.error(error);
  response.status(500).json({ error: "something went wrong" });
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // A connection that is answered from now on stays open for a next request: there is none.
  const sweep = setInterval(() => server.closeIdleConnections(), 20);
  await closed;
  clearInterval(sweep);
}
