import type { ReactNode } from "react";
import { PlaceLink } from "../place-link.tsx";
import { RecordedBadge } from "../recorded/recorded-badge.tsx";
import { useRecorded } from "../recorded/use-recorded.ts";
import { placeOf, views } from "../views.ts";
import { ConnectionBadge } from "./connection-badge.tsx";
import { CopyLink } from "./copy-link.tsx";
import { PauseButton } from "./pause-button.tsx";
import { ServicePicker } from "./service-picker.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";

/** Whose page this is, whose data it shows, and whether it is live or of when. */
export function TopBar(): ReactNode {
  const recorded = useRecorded();
  return (
    <header className="top-bar">
      <PlaceLink className="brand" to={placeOf(views[0])}>
        <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M8 9.5h16M8 16h10M8 22.5h5" />
        </svg>
        Holdup
      </PlaceLink>
      <ServicePicker />
      <span className="spacer" />
      {recorded === undefined ? (
        <>
          <ConnectionBadge />
          <PauseButton />
        </>
      ) : (
        <RecordedBadge run={recorded} />
      )}
      <CopyLink />
      <ThemeToggle />
    </header>
  );
}
