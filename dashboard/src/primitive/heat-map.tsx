import { CategoryScale, Chart, Tooltip, type ChartConfiguration } from "chart.js";
import { MatrixController, MatrixElement } from "chartjs-chart-matrix";
import { useMemo, type ReactNode } from "react";
import { formatMoment } from "../age.ts";
import { ChartFrame } from "../charts/chart-frame.tsx";
import { tooltipOptions } from "../charts/chart.ts";
import type { Ink } from "../charts/ink.ts";
import { countOf, formatCount } from "../count.ts";
import { formatTick } from "../duration.ts";
import { Icon } from "../icon.tsx";
import { cellText, sameCell, type Cell, type Heat } from "./heat.ts";
import { useDataChart } from "./use-data-chart.ts";

Chart.register(CategoryScale, MatrixController, MatrixElement, Tooltip);

interface HeatMapProps {
  readonly heat: Heat;
  /** The chosen cell. */
  readonly cell: Cell | undefined;
  readonly onChoose: (cell: Cell | undefined) => void;
}

/** When waits took how long; the waits of a chosen cell are in the list below. */
export function HeatMap({ heat, cell, onChoose }: HeatMapProps): ReactNode {
  return (
    <section className="panel heat" aria-label="When waits took how long">
      <ChartFrame
        title="When waits took how long"
        note={<Chosen cell={cell} onForget={() => onChoose(undefined)} />}
        chart={<Canvas heat={heat} cell={cell} onChoose={onChoose} />}
        table={<Table heat={heat} cell={cell} onChoose={onChoose} />}
      />
    </section>
  );
}

interface ChosenProps {
  readonly cell: Cell | undefined;
  readonly onForget: () => void;
}

// Always there, so that a choice doesn't move the cell that was clicked.
function Chosen({ cell, onForget }: ChosenProps): ReactNode {
  return (
    <div className="heat-note">
      <p role="status">
        {cell === undefined ? (
          "stronger: more waits · click a cell to list its waits below"
        ) : (
          <>
            <strong>Chosen: {cellText(cell)}</strong> · {countOf(cell.count, "wait")}, listed below
          </>
        )}
      </p>
      {cell !== undefined && (
        <button type="button" className="link" onClick={onForget}>
          <Icon name="close" />
          Clear
        </button>
      )}
    </div>
  );
}

/** A cell as Chart.js takes it; names of columns and rows, since only category axes put them beside the cells. */
interface Dot {
  readonly x: string;
  readonly y: string;
  readonly v: number;
  readonly cell: Cell;
}

function Canvas({ heat, cell, onChoose }: HeatMapProps): ReactNode {
  const data = useMemo(() => ({ heat, cell, onChoose }), [heat, cell, onChoose]);
  return <canvas ref={useDataChart("heat", data, configuration, fill)} role="img" />;
}

function configuration(ink: Ink): ChartConfiguration<"matrix", Dot[]> {
  const font = { family: ink.font, size: 11 };
  const ticks = { color: ink.muted, font };
  return {
    type: "matrix",
    data: { datasets: [{ data: [], borderColor: ink.text }] },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      scales: {
        x: {
          type: "category",
          offset: true,
          grid: { display: false },
          border: { color: ink.line },
          ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 24 },
        },
        y: {
          type: "category",
          offset: true,
          reverse: true,
          grid: { display: false },
          border: { display: false },
          ticks,
        },
      },
      plugins: {
        tooltip: {
          ...tooltipOptions(ink),
          callbacks: {
            title: ([item]) => (item === undefined ? "" : cellText((item.raw as Dot).cell)),
            label: (item) => ` ${countOf((item.raw as Dot).v, "wait")}`,
          },
        },
      },
    },
  };
}

function fill(chart: Chart<"matrix", Dot[]>, { heat, cell: chosen, onChoose }: HeatMapProps): void {
  const columns = heat.times.map(formatMoment);
  const rows = heat.bounds.map(formatTick);
  const [dataset] = chart.data.datasets;
  if (dataset === undefined) return;
  chart.data.xLabels = columns;
  chart.data.yLabels = rows;
  dataset.data = heat.cells.map((cell) => ({
    x: formatMoment(cell.from),
    y: formatTick(cell.least),
    v: cell.count,
    cell,
  }));
  const colour = getComputedStyle(chart.canvas).color;
  dataset.backgroundColor = ({ raw }) => shade(colour, (raw as Dot | undefined)?.v ?? 0, heat.largest);
  dataset.borderWidth = ({ raw }) => (raw !== undefined && sameCell((raw as Dot).cell, chosen) ? 2 : 0);
  dataset.width = ({ chart: { chartArea } }) => cellSize(chartArea?.width, columns.length);
  dataset.height = ({ chart: { chartArea } }) => cellSize(chartArea?.height, rows.length);
  chart.options.onClick = (_event, [element]) => {
    const dot = element === undefined ? undefined : dataset.data[element.index];
    // Once more on the chosen one lets it go.
    if (dot !== undefined) onChoose(sameCell(dot.cell, chosen) ? undefined : dot.cell);
  };
  chart.options.onHover = (_event, { length }) => {
    chart.canvas.style.cursor = length > 0 ? "pointer" : "";
  };
  chart.canvas.ariaLabel = summaryOf(heat);
}

// A cell with one wait among thousands is still to be seen.
function shade(colour: string, count: number, largest: number): string {
  const part = 0.12 + 0.88 * Math.sqrt(count / Math.max(1, largest));
  return colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${part.toFixed(3)})`);
}

function cellSize(room: number | undefined, cells: number): number {
  return Math.max(1, (room ?? 0) / Math.max(1, cells) - 1);
}

function summaryOf({ cells, largest }: Heat): string {
  const most = cells.find(({ count }) => count === largest);
  return most === undefined
    ? "When waits took how long: nobody waited."
    : `When waits took how long: most of them ${cellText(most)}, ${countOf(most.count, "wait")}.`;
}

function Table({ heat, cell: chosen, onChoose }: HeatMapProps): ReactNode {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Waited</th>
          <th scope="col">Waits</th>
          <th scope="col">Examples</th>
        </tr>
      </thead>
      <tbody>
        {heat.cells.toReversed().map((cell) => (
          <tr key={`${cell.from} ${cell.least}`}>
            <th scope="row">{formatMoment(cell.from)}</th>
            <td>
              {formatTick(cell.least)} – {formatTick(cell.most)}
            </td>
            <td>{formatCount(cell.count)}</td>
            <td>
              <button
                type="button"
                className="link"
                aria-pressed={sameCell(cell, chosen)}
                onClick={() => onChoose(cell)}
              >
                Show
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
