import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import {
  checkSecret,
  isLoopback,
  logLevels,
  newSecret,
  SecretError,
  type CollectorOptions,
  type LogLevel,
} from "@holdup/collector";
import { Failure } from "./failure.ts";

/** What of the collector a person sets, besides its port. */
export interface GuardOptions {
  host?: string;
  token?: string;
  tokenFile?: string;
  otlpKey?: string[];
  allowedHost?: string[];
  allowedOrigin?: string[];
  maxBody?: number;
  maxPending?: number;
  logLevel?: LogLevel;
}

/** Adds the options with which a collector is opened to others, and guarded. */
export function withGuardOptions(command: Command): Command {
  return command
    .option(
      "--host <address>",
      "address to listen on; any but the loopback asks everyone for a token and a key",
    )
    .option("--token <token>", "what whoever looks has to know; without it one is made where it is needed")
    .option("--token-file <path>", "the same, from the first line of a file")
    .option("--otlp-key <key>", "what whoever sends has to know; twice: the old one and the new one", twice)
    .option("--allowed-host <name>", "name under which the collector may be reached; may be repeated", listed)
    .option("--allowed-origin <origin>", "origin whose pages may send telemetry; may be repeated", origins)
    .option("--max-body <bytes>", "largest OTLP body, compressed and decompressed; 16 MiB if not set", bytes)
    .option(
      "--max-pending <bytes>",
      "how much of all requests is in memory at once; 128 MiB if not set",
      bytes,
    )
    .option(
      "--log-level <level>",
      `what is logged to standard error: ${logLevels.join(", ")}`,
      level,
      "info",
    );
}

/** Adds the option of commands whose standard error is the app's, too. */
export function withLogLevel(command: Command): Command {
  return command.option(
    "--log-level <level>",
    `what the collector logs: ${logLevels.join(", ")}`,
    level,
    "warn",
  );
}

/** What a collector is started with, and what of it a person does not know yet. */
export interface Guard {
  readonly collector: CollectorOptions;
  readonly madeToken: string | undefined;
  readonly madeKey: string | undefined;
}

/** @throws Failure for secrets that guard nothing */
export function guardOf(options: GuardOptions): Guard {
  const { host, allowedHost, allowedOrigin, maxBody, maxPending, logLevel } = options;
  const local = host === undefined || isLoopback(host);
  const given = tokenOf(options);
  const madeToken = local || given !== undefined ? undefined : newSecret();
  const madeKey = local || options.otlpKey !== undefined ? undefined : newSecret();
  try {
    if (given !== undefined) checkSecret("the token", given);
    for (const key of options.otlpKey ?? []) checkSecret("the OTLP key", key);
  } catch (error) {
    throw error instanceof SecretError ? new Failure(error.message.replace(/\.$/, ""), 2) : error;
  }
  const collector = {
    host,
    token: given ?? madeToken,
    otlpKeys: options.otlpKey ?? (madeKey === undefined ? [] : [madeKey]),
    allowedHosts: allowedHost,
    allowedOrigins: allowedOrigin,
    maxBodyBytes: maxBody,
    maxPendingBytes: maxPending,
    logLevel,
  };
  return { collector, madeToken, madeKey };
}

function tokenOf({ token, tokenFile }: GuardOptions): string | undefined {
  if (tokenFile === undefined) return token;
  if (token !== undefined)
    throw new Failure("give the token with --token or with --token-file, not with both", 2);
  try {
    return readFileSync(tokenFile, "utf8").split(/\r?\n/, 1)[0]?.trim() ?? "";
  } catch (error) {
    throw new Failure(`the token file can't be read: ${(error as Error).message}`, 2);
  }
}

function listed(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function twice(value: string, before: string[] = []): string[] {
  if (before.length < 2) return [...before, value];
  throw new InvalidArgumentError("There are two at most, the old one and the new one.");
}

function origins(value: string, before: string[] = []): string[] {
  if (URL.canParse(value) && new URL(value).origin === value) return [...before, value];
  throw new InvalidArgumentError("It must be like https://shop.example, without a path.");
}

function bytes(value: string): number {
  const match = /^(\d+)(k|m|g)?(i?b)?$/i.exec(value);
  const unit = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[match?.[2]?.toLowerCase() ?? ""] ?? 1;
  const count = Number(match?.[1]) * unit;
  if (Number.isSafeInteger(count) && count >= 1024) return count;
  throw new InvalidArgumentError("It must be a number of bytes, 1024 or more, as 16777216 or 16M.");
}

function level(value: string): LogLevel {
  const found = logLevels.find((known) => known === value);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`It must be one of ${logLevels.join(", ")}.`);
}
