import type { ReactNode } from "react";

const paths = {
  copy: "M5.5 5.5V3.2c0-.4.3-.7.7-.7h6.6c.4 0 .7.3.7.7v6.6c0 .4-.3.7-.7.7h-2.3M3.2 5.5h6.6c.4 0 .7.3.7.7v6.6c0 .4-.3.7-.7.7H3.2a.7.7 0 0 1-.7-.7V6.2c0-.4.3-.7.7-.7Z",
  check: "m3 8.5 3.2 3.2L13 4.8",
  clock: "M8 4.5V8l2.3 1.6M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z",
  sun: "M8 1.5v1.2m0 10.6v1.2m6.5-6.5h-1.2M2.7 8H1.5m11.1-4.6-.9.9m-7.4 7.4-.9.9m9.2 0-.9-.9M4.3 4.3l-.9-.9M10.8 8a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0Z",
  moon: "M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z",
  screen: "M2 3.2h12v7.6H2zM5.5 13.5h5M8 10.8v2.7",
  up: "M8 12.5v-9m0 0L4.5 7M8 3.5 11.5 7",
  down: "M8 3.5v9m0 0L4.5 9M8 12.5 11.5 9",
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6",
  chart: "M2.5 13.5h11M3.5 10.5l3-4 2.5 2 3.5-5",
  error: "m6 6 4 4m0-4-4 4m8-2A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z",
  warning: "M8 2.5 14.2 13.5H1.8ZM8 6.8v3m0 1.6v.1",
  info: "M8 7.4v3.4m0-5.6v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z",
  pause: "M5.5 3.5v9m5-9v9",
  play: "M5 3.2v9.6l7.5-4.8Z",
  flame:
    "M8 1.8c.4 2.6 3.9 4 3.9 7.6A3.9 3.9 0 0 1 8 14a3.9 3.9 0 0 1-3.9-4.4c.1-1.4.9-2.3 1.6-3 .1 1 .5 1.6 1.1 1.9C6.4 6 6.7 3.5 8 1.8Z",
  flamegraph: "M2.5 10.5h11v3h-11Zm1.5-4h7v4H4Zm1.5-4h3v4h-3Z",
  lock: "M3.8 7.2h8.4v6H3.8Zm1.7 0V5a2.5 2.5 0 0 1 5 0v2.2",
  graph:
    "M5.2 4a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0Zm9 4a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0Zm-9 4a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0ZM5.1 4.6l5.8 2.7m0 1.4-5.8 2.7",
  timeline: "M2 4h6M5 8h7M8.5 12H14",
  pulse: "M1.5 8.5h3l2-5.5 3 10 2-4.5h3",
  bug: "M5.5 6.5a2.5 2.5 0 0 1 5 0m-5.5 0h6v3.5a3 3 0 0 1-6 0ZM5 9H2m9 0h3M5 6.5 2.8 4.8m8.2 1.7 2.2-1.7M5.2 11.5 3 13.3m7.8-1.8 2.2 1.8",
  plug: "M5.5 1.8v3.4m5-3.4v3.4M3.5 5.2h9v2.3a4.5 4.5 0 0 1-9 0ZM8 12v2.5",
  help: "M6.2 6.2a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.7.5-.7 1v.3m0 2v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z",
  link: "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.8.8m1.2 2.5a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 0 0 3.7 3.7l.8-.8",
  search: "m13.5 13.5-3.3-3.3M11.5 7A4.5 4.5 0 1 1 2.5 7a4.5 4.5 0 0 1 9 0Z",
  download: "M8 2.5v7.5m0 0L4.8 6.8M8 10l3.2-3.2M2.5 13.5h11",
  open: "M9 2.5h4.5V7m0-4.5-6 6M11.5 9.5v4h-9v-9h4",
  close: "m4 4 8 8m0-8-8 8",
  right: "M3.5 8h9m0 0L9 4.5m3.5 3.5L9 11.5",
  bulb: "M6 12h4m-3.5 2h3M5.8 10c-.1-1-.5-1.4-1-2a4 4 0 1 1 6.4 0c-.5.6-.9 1-1 2Z",
  mute: "M2.5 6v4h2.3L8.5 13V3L4.8 6Zm8.5.5 3 3m0-3-3 3",
} as const;

/** The drawings by name. */
export type IconName = keyof typeof paths;

/** A small line drawing beside a word; it says nothing that the word doesn't. */
export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
