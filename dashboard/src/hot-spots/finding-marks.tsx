import type { HotSpot } from "@holdup/protocol";
import type { ReactNode } from "react";
import { ordered } from "../findings/finding-order.ts";
import { muteKey } from "../findings/mute.ts";
import { words } from "../findings/issue.ts";
import { Icon } from "../icon.tsx";
import { usePlace } from "../location.ts";
import { PlaceLink } from "../place-link.tsx";
import { useHoldup } from "../store.ts";

/** The worst that was found wrong with a primitive, to look at. */
export function FindingMarks({ spot }: { readonly spot: Pick<HotSpot, "service" | "primitive"> }): ReactNode {
  const findings = useHoldup((state) => state.findings);
  const { muted } = usePlace();
  const worst = ordered(findings).find(
    (finding) =>
      finding.service === spot.service &&
      finding.primitives.includes(spot.primitive.name) &&
      !muted.includes(muteKey(finding)),
  );
  if (worst === undefined) return null;
  return (
    <PlaceLink
      className="severity finding-mark"
      data-severity={worst.severity}
      to={{ view: "findings", find: `name:${spot.primitive.name.split(/\s/)[0] ?? ""}` }}
      title={worst.message}
      tabIndex={-1}
    >
      <Icon name={worst.severity} />
      {words(worst.kind)}
    </PlaceLink>
  );
}
