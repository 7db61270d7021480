import { nameText } from "../primitive-name.tsx";
import { formatRate, formatRateTick } from "../rate.ts";
import type { State } from "../state.ts";
import { blockedOf, type Blocked } from "./blocked.ts";
import { chartWords, crosshair, lineOptions, showTime, type Dot } from "./chart.ts";
import type { Ink } from "./ink.ts";
import type { Plot } from "./plot.ts";
import type { Slots } from "./slots.ts";

/** The waiting that each primitive causes per second, stacked; `onSlots` hears whose colours are whose. */
export function blockedPlot(ink: Ink, onSlots: (slots: Slots) => void): Plot {
  const stacks: Dot[][] = ink.slots.map(() => []);
  let drawn: State["series"] | undefined;
  let drawnEnd: number | undefined;
  let slots: Slots = [];

  return {
    configuration: {
      type: "line",
      data: {
        datasets: stacks.map((data, slot) => ({
          label: "",
          data,
          backgroundColor: translucent(ink.slots[slot] ?? ink.muted),
          // Slots without a share would draw their lines along the edge of the one below.
          borderWidth: 0,
          fill: slot === 0 ? "origin" : "-1",
        })),
      },
      options: withoutZeros(
        lineOptions(ink, { stacked: true, format: formatRate, formatTick: formatRateTick }),
      ),
      plugins: [crosshair(ink)],
    },
    follow(chart, state, end) {
      if (state.series === drawn && end === drawnEnd) return undefined;
      drawn = state.series;
      drawnEnd = end;

      const blocked = blockedOf(state, end, slots);
      if (blocked.slots !== slots) {
        slots = blocked.slots;
        onSlots(slots);
      }
      chart.data.datasets.forEach((dataset, slot) => {
        dataset.label = shorten(nameOf(state, slots, slot));
      });
      stacks.forEach((dots, slot) => traceInto(dots, blocked, slot));
      showTime(chart, state, end);
      return summaryOf(state, blocked);
    },
  };
}

/** The name of a slot's primitive. */
export function nameOf(state: Pick<State, "rows">, slots: Slots, slot: number): string {
  if (slot === slots.length) return "others";
  return nameText(state.rows.get(slots[slot] ?? "")?.primitive.name ?? "");
}

function traceInto(dots: Dot[], { times, rates }: Blocked, slot: number): void {
  const added: Dot[] = [];
  times.forEach((x, step) => {
    const y = rates[slot]?.[step] ?? 0;
    const dot = dots[step];
    if (dot === undefined) added.push({ x, y });
    else Object.assign(dot, { x, y });
  });
  // At once: the chart reads all of its data at each push.
  if (added.length > 0) dots.push(...added);
}

function withoutZeros(options: ReturnType<typeof lineOptions>): ReturnType<typeof lineOptions> {
  const tooltip = options.plugins?.tooltip;
  if (tooltip !== undefined) {
    tooltip.filter = (item) => (item.parsed.y ?? 0) > 0;
    // As they lie in the stack.
    tooltip.itemSort = (a, b) => b.datasetIndex - a.datasetIndex;
  }
  return options;
}

function translucent(colour: string): string {
  return colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.72)");
}

// A tooltip is drawn on the canvas and can't be wider.
function shorten(name: string): string {
  return name.length > 32 ? `${name.slice(0, 31)}…` : name;
}

function summaryOf(state: State, { slots }: Blocked): string {
  const names = slots.flatMap((key, slot) => (key === undefined ? [] : [nameOf(state, slots, slot)]));
  const subject = `Blocked time by primitive ${chartWords(state)}`;
  return names.length === 0 ? `${subject}: none.` : `${subject}, most of it by ${names.join(", ")}.`;
}
