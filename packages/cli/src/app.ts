import { spawn, type StdioOptions } from "node:child_process";
import { constants } from "node:os";
import { Failure } from "./failure.ts";

/** How an app ended. */
export interface Ending {
  /** As a shell tells it: a signal counts 128 and its number. */
  readonly exitCode: number;
  /** It was killed, because it did not end when it was asked to. */
  readonly killed: boolean;
}

/** How long an app that was asked to end may take, in milliseconds. */
const defaultPatienceMs = 5000;

/** The user's program, running as a child; its output is on ours, or with `quiet` only its errors are. */
export class App {
  readonly ended: Promise<Ending>;
  readonly #child: ReturnType<typeof spawn>;
  #killed = false;

  /** @throws Failure (through `ended`) if the command can't be started */
  constructor(
    command: readonly string[],
    environment: NodeJS.ProcessEnv,
    { cwd = process.cwd(), quiet = false }: { readonly cwd?: string; readonly quiet?: boolean } = {},
  ) {
    const [file = "", ...args] = command;
    const stdio: StdioOptions = quiet ? ["ignore", "ignore", "inherit"] : "inherit";
    this.#child = spawn(file, args, { stdio, env: environment, cwd });
    this.ended = this.#watch(file);
    // Whatever ends this command: the app is not left behind.
    const kill = (): void => void this.#child.kill();
    process.once("exit", kill);
    this.#child.once("exit", () => process.off("exit", kill));
  }

  /** Passes a request to end on; insists after a while. */
  async end(signal: NodeJS.Signals, patienceMs: number = defaultPatienceMs): Promise<Ending> {
    // Ctrl-C in a terminal goes to the whole group: the app has it already.
    const hasIt = signal === "SIGINT" && process.stdin.isTTY;
    if (!hasIt) this.#child.kill(signal);
    const insist = setTimeout(() => {
      this.#killed = true;
      this.#child.kill("SIGKILL");
    }, patienceMs);
    const ending = await this.ended;
    clearTimeout(insist);
    return ending;
  }

  #watch(file: string): Promise<Ending> {
    return new Promise((resolve, reject) => {
      this.#child.once("exit", (code, signal) =>
        resolve({ exitCode: code ?? signalCode(signal), killed: this.#killed }),
      );
      this.#child.once("error", ({ code, message }: NodeJS.ErrnoException) => {
        const sentence =
          code === "ENOENT" ? `there is no command "${file}"` : `"${file}" can't be started: ${message}`;
        reject(new Failure(sentence));
      });
    });
  }
}

// As a shell tells it.
function signalCode(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}
