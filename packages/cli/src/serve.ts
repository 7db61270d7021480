import { announcer } from "./announce.ts";
import { listen } from "./listen.ts";
import { stopSignal } from "./stop-signal.ts";

/** `holdup serve`: collector and dashboard until it is asked to end. */
export async function serve(options: { port?: number; json?: boolean }): Promise<number> {
  const stopped = stopSignal();
  const announce = announcer(options.json === true);
  const collector = await listen(options.port, announce);
  announce.say(
    "ready",
    { url: collector.url },
    `Wire a program with: OTEL_EXPORTER_OTLP_ENDPOINT=${collector.url} node --import @holdup/register app.js\nCtrl-C ends it.`,
  );
  await stopped;
  await collector.close();
  return 0;
}
