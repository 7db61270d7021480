/** The read routes and the dashboard's files. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import helmet from "helmet";
import type { Access } from "./access.ts";
import { guarded } from "./login.ts";
import { openApi } from "./openapi.ts";
import type { Overview } from "./overview.ts";
import { sendProfile, type Profiles } from "./profiles.ts";
import { prometheusContentType, type Prometheus } from "./prometheus.ts";
import {
  eventLoopQuery,
  findingQuery,
  hotSpotQuery,
  noQuery,
  primitiveQuery,
  RequestError,
  serviceQuery,
  waitQuery,
} from "./query.ts";
import type { Readiness } from "./readiness.ts";
import type { Store } from "./store.ts";

/** The rooms that answer. */
export interface HttpRooms {
  readonly overview: Overview;
  readonly store: Store;
  readonly access: Access;
  readonly readiness: Readiness;
  readonly prometheus: Prometheus;
  readonly profiles: Profiles;
}

export interface HttpOptions {
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  /** Where the built dashboard lies. @default the package's own `public` folder */
  readonly publicFolder?: string | undefined;
}

const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      formAction: ["'self'"],
    },
  },
  xFrameOptions: { action: "deny" },
  // There is no TLS to insist on; a proxy that adds it says so itself.
  strictTransportSecurity: false,
});

const ownPublicFolder = fileURLToPath(new URL("../public/", import.meta.url));

/** The Express application behind everything that is not OTLP and not the live socket. */
export function httpApp(rooms: HttpRooms, { now, onError, publicFolder }: HttpOptions): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", "simple");
  app.use(securityHeaders, guarded(rooms.access));
  app.get("/healthz", (request, response) => {
    noQuery(request.query);
    response.json({ status: "ok" });
  });
  app.get("/readyz", (request, response, next) => {
    noQuery(request.query);
    rooms.readiness.obstacle().then((reason) => {
      if (reason === undefined) response.json({ status: "ready" });
      else response.status(503).json({ status: reason });
    }, next);
  });
  app.get("/metrics", (request, response, next) => {
    noQuery(request.query);
    rooms.prometheus.text().then((text) => response.type(prometheusContentType).send(text), next);
  });
  app.use("/api", api(rooms, now));
  app.use(dashboard(publicFolder ?? ownPublicFolder));
  app.use(answerError(onError));
  return app;
}

function api({ overview, store, profiles }: HttpRooms, now: () => number): express.Router {
  const router = express.Router();
  router.post("/profiles", (request, response, next) => {
    response.set("Cache-Control", "no-store");
    profiles.take(request, request.query).then((item) => response.status(201).json(item), next);
  });
  router.use(readOnly);
  router.get(
    "/openapi.json",
    answer(async ({ query }) => {
      noQuery(query);
      return openApi;
    }),
  );
  router.get(
    "/status",
    answer(async ({ query }) => {
      noQuery(query);
      return overview.status();
    }),
  );
  router.get(
    "/services",
    answer(async ({ query }) => {
      noQuery(query);
      return { items: await overview.services(), next: null };
    }),
  );
  router.get(
    "/hotspots",
    answer(async ({ query }) => {
      const { items, next } = await overview.hotSpots(hotSpotQuery(query, now()));
      return { items, next };
    }),
  );
  router.get(
    "/primitives/:service/:name",
    answer<PrimitivePath>(async ({ params, query }) => {
      const detail = await overview.primitive(primitiveQuery(params, query, now()));
      if (detail === undefined) throw new RequestError(404, "not_found", "No such primitive in that time.");
      return detail;
    }),
  );
  router.get(
    "/waits",
    answer(async ({ query }) => store.waits(waitQuery(query, now()))),
  );
  router.get(
    "/holds",
    answer(async ({ query }) => store.holds(waitQuery(query, now()))),
  );
  router.get(
    "/findings",
    answer(async ({ query }) => overview.findings(findingQuery(query, now()))),
  );
  router.get(
    "/event-loop",
    answer(async ({ query }) => overview.eventLoops(eventLoopQuery(query, now()))),
  );
  router.get(
    "/waitgraph",
    answer(async ({ query }) => overview.waitGraph(serviceQuery(query))),
  );
  router.get(
    "/profiles",
    answer(async ({ query }) => profiles.list(query)),
  );
  router.get("/profiles/:id", (request, response, next) => {
    profiles.read(request.params.id, request.query).then((found) => {
      if ("item" in found) sendProfile(response, found.item, found.body);
      else response.json(found);
    }, next);
  });
  router.use(() => {
    throw new RequestError(404, "not_found", "There is no such route.");
  });
  return router;
}

type PrimitivePath = { service: string; name: string };

function answer<Path extends object = object>(
  make: (request: Request<Path>) => Promise<unknown>,
): RequestHandler<Path> {
  return (request, response, next) => {
    make(request).then((body) => response.json(body), next);
  };
}

const readOnly: RequestHandler = (request, response, next) => {
  response.set("Cache-Control", "no-store");
  if (request.method === "GET" || request.method === "HEAD") {
    next();
    return;
  }
  response.set("Allow", "GET, HEAD");
  throw new RequestError(405, "method_not_allowed", "This route can only be read.");
};

function dashboard(folder: string): RequestHandler[] {
  return [
    express.static(folder),
    (request, response, next) => {
      if (!asksForPage(request)) next();
      else if (existsSync(`${folder}/index.html`)) response.sendFile("index.html", { root: folder });
      else response.type("text/plain").send(notBuilt);
    },
    (_request, response) => {
      response.status(404).type("text/plain").send("Not found\n");
    },
  ];
}

const notBuilt =
  "The collector is running, but its dashboard is not built yet.\nBuild it with `pnpm build`, then reload.\n";

// The page routes by itself; a missing script or image is still missing.
function asksForPage(request: Request): boolean {
  const reads = request.method === "GET" || request.method === "HEAD";
  return reads && (request.path === "/" || (request.headers.accept ?? "").includes("text/html"));
}

function answerError(onError: (error: unknown) => void): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, request, response: Response, next) => {
    const { statusCode, code, message } = answerTo(error);
    if (statusCode === 500) onError(error);
    if (statusCode === 503) response.set("Retry-After", "2");
    // Nobody reads the rest of it.
    if (!request.complete) response.set("Connection", "close");
    if (response.headersSent) next(error);
    else response.status(statusCode).json({ error: { code, message } });
  };
}

function answerTo(error: unknown): Pick<RequestError, "statusCode" | "code" | "message"> {
  if (error instanceof RequestError) return error;
  // Express and its parts mark what the client did wrong, a malformed path for one.
  const { status } = error as { status?: unknown };
  if (typeof status === "number" && status >= 400 && status < 500) {
    return { statusCode: status, code: "bad_request", message: "The request is malformed." };
  }
  return { statusCode: 500, code: "internal", message: "The collector failed to answer; its log says why." };
}
