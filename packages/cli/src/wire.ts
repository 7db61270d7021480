import { fileURLToPath } from "node:url";

/** The condition under which this workspace's packages resolve to their sources. */
const sourceCondition = "--conditions=@holdup/source";

/**
 * The environment in which a Node program, and whatever Node programs it starts, is observed.
 * Register is named by its file's URL, so that a program without Holdup installed is observed too.
 */
export function wiredEnvironment(url: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    OTEL_METRIC_EXPORT_INTERVAL: "1000",
    ...environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    // Whatever the app sends elsewhere by an SDK of its own: this is where Holdup sends to.
    HOLDUP_ENDPOINT: url,
    NODE_OPTIONS: importing(import.meta.resolve("@holdup/register"), environment),
  };
}

/** How the threads of a program are recorded. */
export interface RecordWiring {
  /** Where they leave their parts. */
  readonly folder: string;
  /** The folder that paths are told relative to. */
  readonly root: string;
  readonly intervalMicroseconds: number;
}

/** The environment in which a Node program, and whatever Node programs it starts, is recorded. */
export function recordedEnvironment(
  { folder, root, intervalMicroseconds }: RecordWiring,
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const preload = new URL(import.meta.resolve("@holdup/recording/preload"));
  preload.search = new URLSearchParams({ folder, root, interval: String(intervalMicroseconds) }).toString();
  return { ...environment, NODE_OPTIONS: importing(preload.href, environment) };
}

function importing(module: string, environment: NodeJS.ProcessEnv): string {
  const options = [environment["NODE_OPTIONS"], `--import="${module}"`];
  if (fromSources(module)) options.push(sourceCondition, "--disable-warning=ExperimentalWarning");
  return options.filter((option) => option !== undefined && option !== "").join(" ");
}

/** The arguments with which Node runs a module of this workspace, from its sources if this command does. */
export function nodeArguments(module: string): string[] {
  const url = import.meta.resolve(module);
  return [
    ...(fromSources(url) ? [sourceCondition, "--disable-warning=ExperimentalWarning"] : []),
    fileURLToPath(url),
  ];
}

function fromSources(url: string): boolean {
  return new URL(url).pathname.endsWith(".ts");
}
