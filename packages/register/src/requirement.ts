import { inspect } from "node:util";
import { SettingError } from "./setting-error.ts";

/** What a value must be, to be told and to be asked. */
export interface Requirement {
  readonly description: string;
  accepts(value: unknown): boolean;
  /** Of a list, what each in it must be. */
  acceptsEach?(one: unknown): boolean;
}

/** @throws SettingError for a value that is not what it must be; `name` is what the user calls it */
export function check(name: string, value: unknown, requirement: Requirement): void {
  const { description } = requirement;
  if (!requirement.accepts(value)) {
    throw new SettingError(`${name} is ${shown(value)}; it must be ${description}`);
  }
  for (const one of Array.isArray(value) ? (value as unknown[]) : []) {
    if (requirement.acceptsEach?.(one) !== false) continue;
    throw new SettingError(`${name} has ${shown(one)}; it must be ${description}`);
  }
}

/** A value as it is told in a sentence: on one line, and not all of it if it is long. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  return inspect(value, { depth: 0, maxArrayLength: 5, breakLength: Number.POSITIVE_INFINITY });
}

/** A number in a range, and of what. */
export function numberFrom(
  least: number,
  most: number = Number.POSITIVE_INFINITY,
  what: string = "a number",
): Requirement {
  const range = most === Number.POSITIVE_INFINITY ? `, ${least} or more` : ` from ${least} to ${most}`;
  return {
    description: `${what}${range}`,
    accepts: (value) => typeof value === "number" && value >= least && value <= most,
  };
}

// Node's timers can't be set to more, and go off at once then.
const longestTimerMs = 2_147_483_647;

/** Milliseconds that a timer is set to. */
export function timerFrom(leastMs: number): Requirement {
  return numberFrom(leastMs, longestTimerMs, "milliseconds");
}

export function oneOf(...allowed: string[]): Requirement {
  return {
    description: `${allowed.slice(0, -1).join(", ")} or ${allowed.at(-1)}`,
    accepts: (value) => allowed.includes(value as string),
  };
}

export function text(description: string): Requirement {
  return { description, accepts: (value) => typeof value === "string" && value !== "" };
}

export function listOf(description: string, acceptsEach: (one: unknown) => boolean): Requirement {
  return { description, accepts: Array.isArray, acceptsEach };
}

export const folder: Requirement = text("the path of a folder");

export const trueOrFalse: Requirement = {
  description: "true or false",
  accepts: (value) => typeof value === "boolean",
};

export const receiverUrl: Requirement = {
  description: "a URL like http://localhost:4318",
  accepts: (value) => typeof value === "string" && /^https?:$/.test(URL.parse(value)?.protocol ?? ""),
};
