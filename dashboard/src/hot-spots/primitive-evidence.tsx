import type { HotSpot } from "@holdup/protocol";
import { useEffect, type ReactNode } from "react";
import { useHoldup, useStore } from "../store.ts";
import { HoldersDid } from "./holders-did.tsx";
import { WaitMatrix } from "./wait-matrix.tsx";

interface PrimitiveEvidenceProps {
  /** `hotSpotKey` of the spot. */
  readonly id: string;
  readonly spot: HotSpot;
}

/** What stands behind a primitive's numbers: who waited because of whom, and what the holders did meanwhile. */
export function PrimitiveEvidence({ id, spot }: PrimitiveEvidenceProps): ReactNode {
  const store = useStore();
  const detail = useHoldup((state) => (state.detail?.key === id ? state.detail.detail : null));

  useEffect(() => {
    store.inspect(spot);
    return () => store.inspect(undefined);
    // The spot is another object four times a second, and the same primitive all the time.
  }, [store, id]);

  return (
    <div className="evidence">
      <HoldersDid activities={detail?.activities ?? []} />
      <WaitMatrix matrix={detail?.matrix ?? []} />
    </div>
  );
}
