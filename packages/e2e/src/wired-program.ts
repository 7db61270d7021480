import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The repository: programs run here, so that their call sites are told relative to it. */
export const repository: string = fileURLToPath(new URL("../../..", import.meta.url));

/** The built register, as `--import` takes it. */
export const register: string = new URL("../../register/dist/index.js", import.meta.url).href;

/** The built command. */
export const command: string = fileURLToPath(new URL("../../cli/dist/main.js", import.meta.url));

/** The path of a program of this package. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
}

/** A Node program in a process of its own; ended when disposed. */
export class Program implements AsyncDisposable {
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Everything it wrote to standard error. */
  errors = "";
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #wanted: (() => void) | undefined;
  #over = false;

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv = {}, cwd: string = repository) {
    this.#child = spawn(process.execPath, args, {
      cwd,
      env: { ...withoutVitest(process.env), ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.ended = once(this.#child, "close").then(([code, signal]) => {
      this.#over = true;
      this.#wanted?.();
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
    this.#child.stderr?.on("data", (data: Buffer) => (this.errors += data.toString()));
    if (this.#child.stdout === null) throw new Error("a program without output");
    createInterface(this.#child.stdout).on("line", (line) => {
      this.#lines.push(line);
      this.#wanted?.();
    });
  }

  /** The first line of its output, from now on or before, that matches. @throws Error if it ends without */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (let next = 0; ;) {
      for (; next < this.#lines.length; next++) {
        const match = pattern.exec(this.#lines[next] ?? "");
        if (match !== null) return match;
      }
      if (this.#over) throw new Error(`the program ended without a line like ${pattern}: ${this.errors}`);
      await new Promise<void>((resolve) => (this.#wanted = resolve));
    }
  }

  /** All lines of its output so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Asked first: a command ends the programs that it has started.
    this.#child.kill("SIGTERM");
    const insist = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.ended;
    clearTimeout(insist);
  }
}

/** A program wired to a collector, as a user wires it. */
export function wired(name: string, endpoint: string, environment: NodeJS.ProcessEnv = {}): Program {
  return new Program(["--import", register, programPath(name)], {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_METRIC_EXPORT_INTERVAL: "1000",
    ...environment,
  });
}

function withoutVitest(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) => !/^(VITEST|NODE_OPTIONS|NODE_V8_COVERAGE)/.test(name),
  );
  return Object.fromEntries(kept);
}
