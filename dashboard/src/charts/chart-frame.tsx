import { useState, type ReactNode } from "react";
import { Icon } from "../icon.tsx";

interface ChartFrameProps {
  readonly title: string;
  /** What the lines are, beside the title. */
  readonly legend?: ReactNode;
  /** What there is to do with it or to know of it, beneath the title. */
  readonly note?: ReactNode;
  readonly chart: ReactNode;
  /** The same data in a table. */
  readonly table: ReactNode;
}

/** A chart and its twin, a table for those who'd rather read it, by eye or by ear. */
export function ChartFrame({ title, legend, note, chart, table }: ChartFrameProps): ReactNode {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="chart-frame">
      <figcaption>
        <h3>{title}</h3>
        {legend}
        <button
          type="button"
          className="twin"
          aria-pressed={asTable}
          title={asTable ? "Show as chart" : "Show as table"}
          onClick={() => setAsTable(!asTable)}
        >
          <Icon name={asTable ? "chart" : "table"} />
          <span className="visually-hidden">Show as table: {title}</span>
        </button>
      </figcaption>
      {note}
      {asTable ? (
        // The only way to scroll it with a keyboard is to stand on it.
        <div className="twin-table" tabIndex={0} role="region" aria-label={`${title}, table`}>
          {table}
        </div>
      ) : (
        <div className="chart-canvas">{chart}</div>
      )}
    </figure>
  );
}
