import type { HotSpot } from "@holdup/protocol";

/** Where the collector tells everything of a primitive. */
export function detailPath({ service, primitive }: Pick<HotSpot, "service" | "primitive">): string {
  const path = `/api/primitives/${encodeURIComponent(service)}/${encodeURIComponent(primitive.name)}`;
  return primitive.type === "" ? path : `${path}?type=${encodeURIComponent(primitive.type)}`;
}
