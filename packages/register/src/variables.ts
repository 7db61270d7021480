import { libraryNames } from "./instrumentation/all-libraries.ts";
import { check, folder, listOf, text, type Requirement } from "./requirement.ts";
import { SettingError } from "./setting-error.ts";
import { requirements } from "./start-options.ts";

/** The environment that settings are read from. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Variable {
  readonly requirement: Requirement;
  /** What its text means; whatever it is, it is checked then. */
  read(value: string): unknown;
}

// Every HOLDUP_ variable there is; another one is a typing error that nobody should have to search for.
const variables: Readonly<Record<string, Variable>> = {
  HOLDUP_SPANS: asText(requirements.spans),
  HOLDUP_SPANS_PER_SECOND: asNumber(requirements.spansPerSecond),
  HOLDUP_SITES_PER_SECOND: asNumber(requirements.sitesPerSecond),
  HOLDUP_MAX_PRIMITIVES: asNumber(requirements.maxPrimitives),
  HOLDUP_SNAPSHOT_INTERVAL: asNumber(requirements.snapshotIntervalMs),
  HOLDUP_FLIGHT_EVENTS: asNumber(requirements.flightEvents),
  HOLDUP_RECORD_DIR: asText(folder),
  HOLDUP_RECORD_P99_MS: asNumber(requirements.recordP99Ms),
  HOLDUP_SDK: asText(requirements.sdk),
  HOLDUP_ENDPOINT: asText(requirements.endpoint),
  HOLDUP_EVENT_LOOP: asText(requirements.eventLoop),
  HOLDUP_BLOCKED_LOOP_MS: asNumber(requirements.blockedLoopMs),
  HOLDUP_ROOT: asText(folder),
  HOLDUP_TOKEN: asText(text("a token, which only the command holdup reads")),
  HOLDUP_INSTRUMENTATIONS: {
    requirement: listOf(`all, none, or names out of ${libraryNames.join(", ")}`, (name) =>
      libraryNames.includes(name as string),
    ),
    read: (value) => (value === "none" ? [] : value === "all" ? libraryNames : names(value)),
  },
  HOLDUP_EXCLUDE: { requirement: requirements.exclude, read: (value) => value.split(",") },
};

/** Reads the variables of Holdup. @throws SettingError for one that is unknown or makes no sense */
export function readVariables(environment: Environment): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const name of Object.keys(environment)) {
    const value = given(environment, name);
    if (!name.startsWith("HOLDUP_") || value === undefined) continue;
    const variable = variables[name];
    if (variable === undefined) {
      throw new SettingError(
        `${name} is not a setting of Holdup; there are ${Object.keys(variables).join(", ")}`,
      );
    }
    values.set(name, readAs(variable, name, value));
  }
  return values;
}

/** A variable's value; an empty one is none. */
export function given(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === "" ? undefined : value;
}

/** The number that a variable gives, if it is set. @throws SettingError if it makes no sense */
export function givenNumber(
  environment: Environment,
  name: string,
  requirement: Requirement,
): number | undefined {
  const value = given(environment, name);
  return value === undefined ? undefined : (readAs(asNumber(requirement), name, value) as number);
}

/** What a list separated by commas has in it. */
export function names(value: string): string[] {
  return value.split(",").map((name) => name.trim());
}

function readAs(variable: Variable, name: string, value: string): unknown {
  const { requirement } = variable;
  const meant = variable.read(value);
  // Told as it was written, unless only a part of it is wrong.
  check(name, requirement.accepts(meant) ? meant : value, requirement);
  return meant;
}

function asText(requirement: Requirement): Variable {
  return { requirement, read: (value) => value };
}

function asNumber(requirement: Requirement): Variable {
  return { requirement, read: (value) => (value.trim() === "" ? Number.NaN : Number(value)) };
}
