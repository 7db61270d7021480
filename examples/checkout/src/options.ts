import { parseArgs } from "node:util";
import { defaultLoadSeed, defaultThinkMs } from "./load.ts";

/** What the command line says. */
export interface Options {
  /** Where to listen; 0 for any port that is free. @default 3000 */
  readonly port: number;
  /** How many customers come; 0 for none. @default 0 */
  readonly load: number;
  /** How long customers think between two steps, in milliseconds. @default 20 */
  readonly think: number;
  /** After how many seconds the service ends by itself. @default Infinity */
  readonly seconds: number;
  /** Of all chance: latencies, customers. @default 1 */
  readonly seed: number;
  readonly help: boolean;
}

export const defaultPort = 3000;

export const usage: string = `checkout: a shop's checkout service, with locks worth looking at

  --load N      N customers come, from this process (default: none)
  --think MS    how long they think between two steps (default: ${defaultThinkMs})
  --port N      where to listen, 0 for any free port (default: ${defaultPort})
  --seconds N   end by itself after so long (default: never)
  --seed N      of all chance (default: ${defaultLoadSeed})
  --help        this text`;

/** Reads the arguments. @throws Error with a sentence for the user */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      load: { type: "string" },
      think: { type: "string" },
      port: { type: "string" },
      seconds: { type: "string" },
      seed: { type: "string" },
      help: { type: "boolean" },
    },
  });
  return {
    port: whole("port", values.port, defaultPort),
    load: whole("load", values.load, 0),
    think: number("think", values.think, defaultThinkMs),
    seconds: number("seconds", values.seconds, Number.POSITIVE_INFINITY),
    seed: whole("seed", values.seed, defaultLoadSeed),
    help: values.help ?? false,
  };
}

function whole(name: string, value: string | undefined, otherwise: number): number {
  const read = number(name, value, otherwise);
  if (!Number.isInteger(read)) throw new Error(`--${name} takes a whole number, not ${value}`);
  return read;
}

function number(name: string, value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const read = Number(value);
  if (value.trim() === "" || !(read >= 0))
    throw new Error(`--${name} takes a number of 0 or more, not "${value}"`);
  return read;
}
