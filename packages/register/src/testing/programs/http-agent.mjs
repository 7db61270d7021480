import { once } from "node:events";
import { Agent, createServer, get } from "node:http";

const server = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();

async function read(request) {
  const [response] = await once(request, "response");
  response.resume();
  await once(response, "end");
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
await Promise.all([1, 2, 3].map(() => read(get({ agent, port, host: "127.0.0.1" }))));
await read(get({ agent, port, host: "127.0.0.1" }));
agent.destroy();

const closing = new Agent({ maxSockets: 1 });
await Promise.all([1, 2].map(() => read(get({ agent: closing, port, host: "127.0.0.1" }))));
server.close();
