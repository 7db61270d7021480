import { once } from "node:events";
import { createServer } from "node:http";
import { Agent, Client, Pool, request } from "undici";

const server = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${server.address().port}`;

async function read({ body }) {
  return body.text();
}

const pool = new Pool(origin, { connections: 1 });
await Promise.all([1, 2, 3].map(() => pool.request({ path: "/", method: "GET" }).then(read)));
await pool.close();

const dispatcher = new Agent({ connections: 2 });
await Promise.all([1, 2, 3].map(() => request(origin, { dispatcher }).then(read)));
await dispatcher.close();

const client = new Client(origin);
await Promise.all([1, 2].map(() => client.request({ path: "/", method: "GET" }).then(read)));
await client.close();

const unlimited = new Agent();
await request(origin, { dispatcher: unlimited }).then(read);
await unlimited.close();
server.close();
