import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Barrier, sleep } from "@holdup/primitives";

/** A page: how long it is, and how many milliseconds after all were asked for it comes. */
export interface Page {
  readonly length: number;
  readonly afterMs: number;
}

/** Sites of one local server, each at `<base>/<site>`. */
export interface WebSites extends AsyncDisposable {
  readonly base: string;
}

/** Serves the pages, by the names of their sites, on a free port; a site without a page hangs up. */
export async function serveSites(pages: ReadonlyMap<string, Page>): Promise<WebSites> {
  const server = createServer(answerWith(pages)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}

function answerWith(pages: ReadonlyMap<string, Page>): RequestListener {
  const allAsked = new Barrier(pages.size, "all pages asked for");
  async function answer(page: Page, response: ServerResponse) {
    await allAsked.wait();
    await sleep(page.afterMs);
    response.end("x".repeat(page.length));
  }
  return (request, response) => {
    const page = pages.get((request.url ?? "/").slice(1));
    if (page === undefined) request.socket.destroy();
    else void answer(page, response);
  };
}
