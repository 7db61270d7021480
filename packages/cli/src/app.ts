import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { Failure } from "./failure.ts";

/** How an app ended. */
export interface Ending {
  /** As a shell tells it: a signal counts 128 and its number. */
  readonly exitCode: number;
}

/** How long an app that was asked to end may take, in milliseconds. */
const patienceMs = 5000;

/** The user's program, running as a child with its output on ours. */
export class App {
  readonly ended: Promise<Ending>;
  readonly #child: ReturnType<typeof spawn>;

  /** @throws Failure (through `ended`) if the command can't be started */
  constructor(command: readonly string[], environment: NodeJS.ProcessEnv) {
    const [file = "", ...args] = command;
    this.#child = spawn(file, args, { stdio: "inherit", env: environment });
    this.ended = this.#watch(file);
  }

  /** Passes a request to end on; insists after a while. */
  async end(signal: NodeJS.Signals): Promise<Ending> {
    // Ctrl-C in a terminal goes to the whole group: the app has it already.
    const hasIt = signal === "SIGINT" && process.stdin.isTTY;
    if (!hasIt) this.#child.kill(signal);
    const insist = setTimeout(() => this.#child.kill("SIGKILL"), patienceMs);
    const ending = await this.ended;
    clearTimeout(insist);
    return ending;
  }

  async #watch(file: string): Promise<Ending> {
    const failed = once(this.#child, "error").then(([error]) => {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new Failure(
        code === "ENOENT" ? `there is no command "${file}"` : `"${file}" can't be started: ${message}`,
      );
    });
    const [code, signal] = (await Promise.race([once(this.#child, "exit"), failed])) as [
      number | null,
      NodeJS.Signals | null,
    ];
    return { exitCode: code ?? 128 + (signal === null ? 0 : signalNumber(signal)) };
  }
}

function signalNumber(signal: NodeJS.Signals): number {
  return constants.signals[signal];
}
