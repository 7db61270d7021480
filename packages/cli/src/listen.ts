import {
  defaultPort,
  PortTakenError,
  startCollector,
  type Collector,
  type CollectorOptions,
} from "@holdup/collector";
import type { Announcer } from "./announce.ts";
import { Failure } from "./failure.ts";

/** How many ports after 4318 are tried. */
const portsTried = 100;

/**
 * Starts a collector on the port asked for, or on 4318 or the next free one, and says where.
 *
 * @throws Failure if the port asked for is taken
 */
export async function listen(
  port: number | undefined,
  announce: Announcer,
  options: CollectorOptions = {},
): Promise<Collector> {
  const collector = port === undefined ? await nextFree(announce, options) : await exactly(port, options);
  const { url, loginUrl } = collector;
  const guarded = loginUrl !== url;
  announce.say(
    "listening",
    { url, ...(guarded ? { loginUrl } : {}) },
    `Holdup is listening. Dashboard: ${loginUrl}${guarded ? " (this link is good once)" : ""}`,
  );
  return collector;
}

async function exactly(port: number, options: CollectorOptions): Promise<Collector> {
  try {
    return await startCollector({ ...options, port });
  } catch (error) {
    if (!(error instanceof PortTakenError)) throw error;
    throw new Failure(
      `port ${port} is taken by another program; give another one with --port, or none for the next free one`,
    );
  }
}

async function nextFree(announce: Announcer, options: CollectorOptions): Promise<Collector> {
  for (let port = defaultPort; port < defaultPort + portsTried; port++) {
    try {
      const collector = await startCollector({ ...options, port });
      if (port !== defaultPort) {
        announce.say(
          "port-taken",
          { taken: defaultPort, port },
          `Port ${defaultPort} is taken by another program; using the next free one, ${port}.`,
        );
      }
      return collector;
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error;
    }
  }
  throw new Failure(
    `all ports from ${defaultPort} to ${defaultPort + portsTried - 1} are taken; give a free one with --port`,
  );
}
