import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { Icon } from "../icon.tsx";
import { PlaceLink } from "../place-link.tsx";
import { useRecorded } from "./use-recorded.ts";

/** As many sentences as leave room for the rest of the page. */
const most = 2;

/** What is not in the recording, above all that is. */
export function RecordedNotes(): ReactNode {
  const missing = useRecorded()?.missing ?? [];
  if (missing.length === 0) return null;
  return (
    <aside className="recorded-notes" aria-label="What is missing">
      <Icon name="warning" />
      <ul>
        {missing.slice(0, most).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        {missing.length > most && (
          <li>
            <PlaceLink className="link" to={{ view: "recording" }}>
              {countOf(missing.length - most, "more sentence")} of what is missing
            </PlaceLink>
          </li>
        )}
      </ul>
    </aside>
  );
}
