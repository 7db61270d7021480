import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";
import { moveTo, usePlace } from "./location.ts";

interface FindFieldProps {
  /** What is looked for here: "primitives". */
  readonly what: string;
  /** What can be written there. @default what the rows of a list are found by */
  readonly hint?: string;
}

const rowHint =
  "All words have to be there. kind:lock, site:orders.ts, service:checkout; -word for what must not be there";

/** Where to write what to look for; `/` leads here, from everywhere on the page. */
export function FindField({ what, hint = rowHint }: FindFieldProps): ReactNode {
  const { find } = usePlace();
  return (
    <label className="find">
      <Icon name="search" />
      <span className="visually-hidden">Find {what}</span>
      <input
        type="search"
        data-find
        value={find}
        maxLength={200}
        placeholder={`Find ${what}`}
        title={hint}
        onChange={(event) => moveTo({ find: event.target.value })}
      />
      {find === "" && <kbd aria-hidden="true">/</kbd>}
    </label>
  );
}
