/** ClickHouse's engine behind its HTTP interface, as far as Holdup speaks it: statements, parameters, settings. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { openChdb, type Executor } from "./chdb.ts";

export interface ClickHouseServerOptions {
  /** Where its data lies; absent: in a folder that goes with the process. */
  readonly folder?: string | undefined;
  readonly port?: number | undefined;
  /** The only user's password. */
  readonly password?: string | undefined;
}

export interface ClickHouseServer extends AsyncDisposable {
  /** As `http://default:password@127.0.0.1:8123`. */
  readonly url: string;
  /** Hangs up on whoever asks, while it is true. */
  down: boolean;
  /** Answers nobody from now on; what it is told to do is done when it goes on. */
  stall(): void;
  /** Goes on, and resolves when all that waited is done. */
  goOn(): Promise<void>;
  close(): Promise<void>;
}

/** What a request's query may hold besides settings. */
const own = new Set(["query", "database", "query_id", "session_id"]);

export async function startClickHouse(options: ClickHouseServerOptions = {}): Promise<ClickHouseServer> {
  const { folder, port = 0, password = "" } = options;
  const engine: Executor = openChdb(folder);
  let open = Promise.resolve();
  let release: (() => void) | undefined;
  const waiting: Promise<void>[] = [];
  const server = createServer((request, response) => {
    if (running.down) request.socket.destroy();
    // Read at once: whoever hangs up has told what to do.
    else {
      const body = textOf(request).catch(() => undefined);
      waiting.push(
        Promise.all([body, open]).then(async ([text]) => {
          if (text !== undefined) await handle(engine, password, request, text, response);
        }),
      );
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = async (): Promise<void> => {
    release?.();
    await stop(server);
    await engine.close();
  };
  const running: ClickHouseServer = {
    url: `http://default:${password}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    down: false,
    stall() {
      open = new Promise((resolve) => {
        release = resolve;
      });
    },
    async goOn() {
      release?.();
      open = Promise.resolve();
      await Promise.all(waiting.splice(0));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return running;
}

async function handle(
  engine: Executor,
  password: string,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> {
  const expected = `Basic ${Buffer.from(`default:${password}`).toString("base64")}`;
  if (request.headers.authorization !== expected) {
    return fail(
      response,
      "Code: 516. DB::Exception: default: Authentication failed. (AUTHENTICATION_FAILED)",
    );
  }
  const url = new URL(request.url ?? "/", "http://localhost");
  if (url.pathname === "/ping") return void response.end("Ok.\n");
  try {
    const given = url.searchParams.get("query");
    const { stream } = await engine.exec({
      query: given ?? body,
      ...(given === null || body === "" ? {} : { values: Readable.from([body], { objectMode: false }) }),
      query_params: parameters(url),
      clickhouse_settings: settings(url),
    });
    response.setHeader("X-ClickHouse-Format", "JSONEachRow");
    for await (const chunk of stream) response.write(chunk);
    response.end();
  } catch (error) {
    const { code = "0", type = "", message } = error as Error & { code?: string; type?: string };
    fail(response, `Code: ${code}. DB::Exception: ${message} (${type})`);
  }
}

function settings(url: URL): Record<string, string> {
  return Object.fromEntries(
    [...url.searchParams].filter(([name]) => !own.has(name) && !name.startsWith("param_")),
  );
}

// The protocol escapes them once more than the engine does.
function parameters(url: URL): Record<string, string> {
  return Object.fromEntries(
    [...url.searchParams].flatMap(([name, value]) =>
      name.startsWith("param_") ? [[name.slice("param_".length), unescaped(value)]] : [],
    ),
  );
}

function unescaped(value: string): string {
  const plain: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r" };
  return value.replaceAll(/\\(.)/gs, (_, letter: string) => plain[letter] ?? letter);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const zipped = request.headers["content-encoding"] === "gzip";
  const chunks: Buffer[] = [];
  for await (const chunk of zipped ? request.pipe(createGunzip()) : request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function fail(response: ServerResponse, message: string): void {
  response.writeHead(message.startsWith("Code: 516") ? 403 : 500, { "Content-Type": "text/plain" });
  response.end(message);
}

function stop(server: Server): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  return stopped;
}
