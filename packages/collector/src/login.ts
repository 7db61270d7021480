/** The way in for a person: a link that is good once, or a form for the token. Everyone else is turned away. */

import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import type { Access } from "./access.ts";
import { RequestError } from "./query.ts";

/** Paths that say nothing of what is observed. */
const open = new Set(["/healthz", "/readyz"]);

/** The login routes, and the guard of all routes behind them. */
export function guarded(access: Access): Router {
  const router = express.Router();
  router.get("/login", (request, response) => {
    const { t } = request.query;
    if (!access.guarded) response.redirect(303, "/");
    else if (typeof t === "string") enter(access, t, response);
    else page(response, 200, "Give the token that the collector was started with.");
  });
  router.post(
    "/login",
    express.urlencoded({ extended: false, limit: 4096 }),
    (request: Request, response) => {
      const { token } = (request.body ?? {}) as { token?: unknown };
      if (access.guarded) enter(access, typeof token === "string" ? token : "", response);
      else response.redirect(303, "/");
    },
  );
  router.use(guard(access));
  return router;
}

// The token leaves the address bar, and no history keeps it.
function enter(access: Access, presented: string, response: Response): void {
  const cookie = access.login(presented);
  if (cookie === undefined) {
    page(response, 401, "This link or token is not valid; a link is good once. Give the collector's token.");
    return;
  }
  response.set({ "Set-Cookie": cookie, "Cache-Control": "no-store" }).redirect(303, "/");
}

function guard(access: Access): RequestHandler {
  return (request, response, next) => {
    if (open.has(request.path) || access.allows(request)) {
      next();
      return;
    }
    response.set("WWW-Authenticate", "Bearer");
    if (!request.path.startsWith("/api") && (request.headers.accept ?? "").includes("text/html")) {
      page(response, 401, "This collector asks for its token.");
      return;
    }
    const message =
      "This needs the collector's token; send it as Authorization: Bearer, or log in at /login.";
    throw new RequestError(401, "unauthorized", message);
  };
}

function page(response: Response, statusCode: number, sentence: string): void {
  // Without a referrer its form would not tell its own origin, and would be turned away.
  response.set({ "Cache-Control": "no-store", "Referrer-Policy": "same-origin" });
  response.status(statusCode).type("text/html").send(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Holdup: log in</title></head>
<body>
<h1>Holdup</h1>
<p>${sentence}</p>
<form method="post" action="/login">
<label>Token <input type="password" name="token" autocomplete="current-password" required autofocus></label>
<button>Log in</button>
</form>
</body>
</html>
`);
}
