const events = require("node:events");
const { Agent, createServer, get } = require("node:http");

async function read(request) {
  const [response] = await events.once(request, "response");
  response.resume();
  await events.once(response, "end");
}

async function main() {
  const server = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
  await events.once(server, "listening");
  const { port } = server.address();

  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await Promise.all([1, 2, 3].map(() => read(get({ agent, port, host: "127.0.0.1" }))));
  await read(get({ agent, port, host: "127.0.0.1" }));
  agent.destroy();

  const closing = new Agent({ maxSockets: 1 });
  await Promise.all([1, 2].map(() => read(get({ agent: closing, port, host: "127.0.0.1" }))));
  server.close();
}

void main();
