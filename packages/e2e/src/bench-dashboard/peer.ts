/** The page that one would write first, on the same data: Chart.js as it comes and a thousand real rows. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { primitives } from "./load.ts";

const ofDashboard = createRequire(new URL("../../../../dashboard/package.json", import.meta.url));

/** Serves `/`, and `/empty`: a page on which nothing happens. */
export class Peer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Its rows are the answers of this collector. */
  static async start(collector: string): Promise<Peer> {
    const page = readFileSync(new URL("peer.html", import.meta.url));
    const chart = readFileSync(join(dirname(ofDashboard.resolve("chart.js")), "chart.umd.js"));
    const rows = async (answer: ServerResponse): Promise<void> => {
      const found = await fetch(`${collector}/api/hotspots?by=primitive&limit=${primitives}`);
      const { items } = (await found.json()) as { readonly items: unknown };
      say(answer, "application/json", JSON.stringify(items));
    };
    const server = createServer((request, answer) => {
      if (request.url === "/rows") void rows(answer).catch(() => answer.destroy());
      else if (request.url === "/chart.js") say(answer, "text/javascript", chart);
      else if (request.url === "/empty") say(answer, "text/html", "<!doctype html><title>Empty</title>");
      else say(answer, "text/html", page);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Peer(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

function say(answer: ServerResponse, type: string, body: string | Buffer): void {
  answer.writeHead(200, { "content-type": type }).end(body);
}
