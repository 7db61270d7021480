/** A way to get a program to tell, to copy. */
export interface Snippet {
  readonly name: string;
  readonly note: string;
  readonly code: string;
}

/** The ways to get a program to tell the page at `origin`, the one that leads there first. */
export function snippetsFor(origin: string): readonly [Snippet, ...Snippet[]] {
  return [
    {
      name: "Run it",
      note: "Your program shows up on this page. Nothing to change in the code.",
      code: `OTEL_EXPORTER_OTLP_ENDPOINT=${origin} node --import @holdup/register app.js`,
    },
    {
      name: "On its own",
      note: "Without this page: the command opens a dashboard of its own, just for this program.",
      code: "holdup run -- node app.js",
    },
    {
      name: "In code",
      note: "Every wait and every hold of this lock is measured, with the line it came from.",
      code: `import { Lock } from "@holdup/primitives";

const lock = new Lock("inventory");

async function reserve() {
  using hold = await lock.acquire();
  // alone here until the end of the block
}`,
    },
  ];
}
