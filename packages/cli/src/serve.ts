import { StoreError, type Store } from "@holdup/collector";
import { announcer } from "./announce.ts";
import { Failure } from "./failure.ts";
import { listen } from "./listen.ts";
import { guardOf, type Guard, type GuardOptions } from "./serve-options.ts";
import { openStore, profilesFolder, type StoreOptions } from "./store-option.ts";
import { endAtOnce, stopSignal } from "./stop-signal.ts";

/** The options of `holdup serve`. */
export interface ServeOptions extends GuardOptions, StoreOptions {
  port?: number;
  json?: boolean;
}

/** `holdup serve`: collector and dashboard until it is asked to end; asked twice, it ends at once. */
export async function serve(options: ServeOptions): Promise<number> {
  const stopped = stopSignal();
  const announce = announcer(options.json === true);
  const guard = guardOf(options);
  const store = await openStore(options, announce);
  const chosen = {
    ...guard.collector,
    store,
    redis: options.redis,
    profilesFolder: profilesFolder(store),
  };
  const collector = await listen(options.port, announce, chosen).catch(closing(store));
  if (guard.madeToken !== undefined) {
    const { madeToken: token } = guard;
    announce.say("token", { token }, `Other browsers and programs are asked for the token ${token}`);
  }
  announce.say(
    "ready",
    { url: collector.url, ...(guard.madeKey === undefined ? {} : { otlpKey: guard.madeKey }) },
    `Wire a program with: OTEL_EXPORTER_OTLP_ENDPOINT=${collector.url}${header(guard)} node --import @holdup/register app.js\nCtrl-C ends it.`,
  );
  await stopped;
  endAtOnce();
  await collector.close();
  return 0;
}

// A key that a person gave is not printed: they know it, and logs are read by others.
function header({ collector, madeKey }: Guard): string {
  if (collector.otlpKeys?.length === 0) return "";
  return ` OTEL_EXPORTER_OTLP_HEADERS=x-otlp-api-key=${madeKey ?? "…"}`;
}

// A collector closes its store; here there is none.
function closing(store: Store): (error: unknown) => Promise<never> {
  return async (error) => {
    await store.close();
    throw error instanceof StoreError ? new Failure(error.message.replace(/\.$/, "")) : error;
  };
}
