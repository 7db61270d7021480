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
} as const;

/** A small line drawing beside a word; it says nothing that the word doesn't. */
export function Icon({ name }: { readonly name: keyof typeof paths }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
