import { fileURLToPath } from "node:url";

/** The condition under which this workspace's packages resolve to their sources. */
const sourceCondition = "--conditions=@holdup/source";

/**
 * The environment in which a Node program, and whatever Node programs it starts, is observed.
 * Register is named by its file's URL, so that a program without Holdup installed is observed too.
 */
export function wiredEnvironment(url: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const register = import.meta.resolve("@holdup/register");
  const options = [environment["NODE_OPTIONS"], `--import="${register}"`];
  if (fromSources(register)) options.push(sourceCondition, "--disable-warning=ExperimentalWarning");
  return {
    OTEL_METRIC_EXPORT_INTERVAL: "1000",
    ...environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    NODE_OPTIONS: options.filter((option) => option !== undefined && option !== "").join(" "),
  };
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
  return url.endsWith(".ts");
}
