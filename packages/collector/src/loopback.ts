/** The two addresses of this machine's loopback: `localhost` may mean either. */

import type { Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:net";

/**
 * Has what connects to ::1 on that port answered by the server, too; undefined where there is no such address.
 * Rejects if another program has the port there.
 */
export function listenOnIpv6(http: HttpServer, port: number): Promise<Server | undefined> {
  // As node:http makes its own listener.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
    http.emit("connection", socket),
  );
  server.maxConnections = http.maxConnections;
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") reject(error);
      else resolve(undefined);
    });
    server.listen({ port, host: "::1", ipv6Only: true }, () => resolve(server));
  });
}

/** Whether only programs of this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
