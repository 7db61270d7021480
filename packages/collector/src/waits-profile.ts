/** Who waits for whom, as a profile: of the primitives that cost most, all pairs of sites. */

import type { WaitsEntry, WaitsProfile } from "@holdup/protocol";
import type { Store, TimeSpan } from "./store.ts";

/** So many primitives: a flamegraph of more has slivers that nobody sees. */
const mostPrimitives = 30;

export interface WaitsQuery extends TimeSpan {
  /** Absent: all services. */
  readonly service?: string | undefined;
}

export async function waitsProfile(store: Store, query: WaitsQuery): Promise<WaitsProfile> {
  const { from, to } = query;
  const { items } = await store.hotSpots({ ...query, by: "primitive", limit: mostPrimitives });
  const details = await Promise.all(
    items.map(({ service, primitive }) => store.primitive({ service, ...primitive, from, to })),
  );
  return { from, to, items: details.flatMap((detail) => (detail === undefined ? [] : entriesOf(detail))) };
}

function entriesOf({
  service,
  primitive,
  matrix,
}: NonNullable<Awaited<ReturnType<Store["primitive"]>>>): WaitsEntry[] {
  return matrix.map(({ waiterSite, holderSite, blameSeconds }) => ({
    service,
    primitive,
    waiterSite,
    holderSite,
    blameSeconds,
  }));
}
