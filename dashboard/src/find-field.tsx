import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";
import { moveTo, usePlace } from "./location.ts";

interface FindFieldProps {
  /** What is looked for here: "primitives". */
  readonly what: string;
}

/** Where to write what to look for; `/` leads here, from everywhere on the page. */
export function FindField({ what }: FindFieldProps): ReactNode {
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
        title="All words have to be there. kind:lock, site:orders.ts, service:checkout; -word for what must not be there"
        onChange={(event) => moveTo({ find: event.target.value })}
      />
      {find === "" && <kbd aria-hidden="true">/</kbd>}
    </label>
  );
}
