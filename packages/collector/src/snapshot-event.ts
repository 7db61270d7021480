/** The body of a `holdup.snapshot` event: who holds and who waits right now in one program. */

import type { Party, PrimitiveState } from "@holdup/protocol";
import { maps, numberOf, textOf } from "./attributes.ts";
import { nameOf } from "./primitive-name.ts";
import { siteIn } from "./site.ts";
import type { Attributes, Value } from "./telemetry.ts";

/** What the body tells; parts that have another shape are passed over. */
export function primitiveStates(body: Value): PrimitiveState[] {
  return maps(body instanceof Map ? body.get("primitives") : undefined).map((primitive) => ({
    name: nameOf(primitive, "name"),
    type: textOf(primitive, "type"),
    ...(primitive.has("object") ? { object: numberOf(primitive, "object") } : {}),
    holders: maps(primitive.get("holders")).map(party),
    waiters: maps(primitive.get("waiters")).map(party),
  }));
}

function party(fields: Attributes): Party {
  const taskId = textOf(fields, "taskId");
  return {
    task: textOf(fields, "task") || null,
    ...(taskId === "" ? {} : { taskId }),
    site: siteIn(fields.get("site")),
    sinceMs: Math.max(0, numberOf(fields, "sinceMs")),
    operation: textOf(fields, "operation"),
  };
}
