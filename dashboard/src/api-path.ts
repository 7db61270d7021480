import type { Question } from "./data-source.ts";

/** As many as a collector gives at once. */
const limit = 1000;

/** Where a collector answers a question. */
export function apiPath(question: Question): string {
  switch (question.name) {
    case "hotSpots": {
      const { from, to, service, by } = question;
      return withQuery("/api/hotspots", { from, to, service, by, limit });
    }
    case "primitive": {
      const { from, to, service, primitive } = question;
      const path = [service, primitive.name].map(encodeURIComponent).join("/");
      return withQuery(`/api/primitives/${path}`, { from, to, type: primitive.type });
    }
    case "waits": {
      const { from, to, service, primitive, cursor } = question;
      return withQuery("/api/waits", { from, to, service, primitive, limit: question.limit, cursor });
    }
    case "holds": {
      const { from, to, service, cursor } = question;
      return withQuery("/api/holds", { from, to, service, limit: question.limit, cursor });
    }
    case "waitGraph":
      return withQuery("/api/waitgraph", { service: question.service });
    case "findings": {
      const { from, to, service } = question;
      return withQuery("/api/findings", { from, to, service, limit });
    }
    case "eventLoops": {
      const { from, to, service } = question;
      return withQuery("/api/event-loop", { from, to, service });
    }
    case "profiles":
      return withQuery("/api/profiles", { service: question.service, limit });
    case "waitsProfile": {
      const { from, to, service } = question;
      return withQuery("/api/profiles/waits", { from, to, service });
    }
    case "profile":
      return `/api/profiles/${encodeURIComponent(question.id)}`;
    default:
      return question satisfies never;
  }
}

type Values = Readonly<Record<string, string | number | undefined>>;

function withQuery(path: string, values: Values): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}
