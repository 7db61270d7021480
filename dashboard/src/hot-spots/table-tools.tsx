import type { HotSpot } from "@holdup/protocol";
import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { download } from "../download.ts";
import { FindField } from "../find-field.tsx";
import { Icon } from "../icon.tsx";
import { goTo, groups, usePlace, type Group } from "../location.ts";
import { toCsv, toJson } from "./export.ts";

const words: Readonly<Record<Group, string>> = {
  name: "Primitive",
  waiter: "Waiting line",
  holder: "Holding line",
  kind: "Kind",
};

interface TableToolsProps {
  /** What is shown, in its order. */
  readonly spots: readonly HotSpot[];
  /** How many there are before some are looked for. */
  readonly total: number;
  /** Whether their order is held. */
  readonly held: boolean;
}

/** What makes a row, which rows, and the way out of here for them. */
export function TableTools({ spots, total, held }: TableToolsProps): ReactNode {
  const { group, find } = usePlace();
  return (
    <div className="table-tools">
      <fieldset className="choice">
        <legend className="visually-hidden">One row for each</legend>
        {groups.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="group"
              className="visually-hidden"
              checked={one === group}
              onChange={() => goTo({ group: one })}
            />
            {words[one]}
          </label>
        ))}
      </fieldset>
      <FindField what="hot spots" />
      {group === "kind" && <span className="nothing">percentiles: of its slowest primitive</span>}
      {find !== "" && (
        <span className="nothing" role="status">
          {spots.length} of {countOf(total, "row")}
        </span>
      )}
      <span className="spacer" />
      <p
        className="held-note"
        data-held={held}
        title="Rows keep their places while you point at one or stand on one"
      >
        <Icon name="pause" />
        order held
      </p>
      <Save name="CSV" type="text/csv" text={() => toCsv(spots, group)} />
      <Save name="JSON" type="application/json" text={() => toJson(spots)} />
    </div>
  );
}

interface SaveProps {
  readonly name: "CSV" | "JSON";
  readonly type: string;
  readonly text: () => string;
}

function Save({ name, type, text }: SaveProps): ReactNode {
  return (
    <button
      type="button"
      className="action"
      title={`Save these rows as ${name}`}
      onClick={() => download(`holdup-hot-spots.${name.toLowerCase()}`, type, text())}
    >
      <Icon name="download" />
      {name}
    </button>
  );
}
