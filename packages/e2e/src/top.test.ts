import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startCollector } from "@holdup/collector";
import { expect, test } from "vitest";
import { eventually, get } from "./eventually.ts";
import { command, Program, repository, wired } from "./wired-program.ts";

const script = "/usr/bin/script";
const screenRestored = "\u001B[?1049l";

/** `holdup top` in a pseudo-terminal of 80 columns and 24 rows, by way of util-linux' `script`. */
class Terminal implements AsyncDisposable {
  /** Everything that was drawn. */
  output = "";
  readonly ended: Promise<number | null>;
  readonly #child;

  constructor(shell: string) {
    this.#child = spawn(script, ["-qec", `stty rows 24 cols 80; ${shell}`, "/dev/null"], {
      cwd: repository,
      env: { ...process.env, TERM: "xterm-256color", NODE_ENV: "production" },
    });
    this.#child.stdout.on("data", (data: Buffer) => (this.output += data.toString()));
    this.ended = new Promise((resolve) => this.#child.once("close", resolve));
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** What was drawn, once it matches. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    return eventually(async () => pattern.exec(this.output) ?? undefined, 20_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.ended;
  }
}

const top = `"${process.execPath}" "${command}" top`;

async function loaded(url: string): Promise<Program> {
  const program = wired("steady", url);
  await eventually(async () => {
    const { items } = await get<{ items: unknown[] }>(`${url}/api/hotspots`);
    return items.length > 0 ? true : undefined;
  }, 20_000);
  return program;
}

// Another system's `script` takes other arguments.
const inTerminal = test.skipIf(process.platform !== "linux" || !existsSync(script));

inTerminal(
  "in a terminal the hot spots are live, keys work, and q gives the terminal back as it was",
  async () => {
    await using collector = await startCollector({ port: 0 });
    await using _program = await loaded(collector.url);
    await using terminal = new Terminal(`${top} ${collector.url}; code=$?; stty -a; exit $code`);

    await terminal.shows(/\? more keys/);
    expect(terminal.output).toContain("\u001B[?1049h");
    await terminal.shows(/● live/);
    await terminal.shows(/> .*steady.*steady\.ts:\d+/);
    terminal.type("\r");
    await terminal.shows(/WAITED FOR AT[^]*steady\.ts:\d+/);
    terminal.type("q");

    expect(await terminal.ended).toBe(0);
    const [before, after = ""] = terminal.output.split(screenRestored);
    expect(before).not.toContain(" icanon");
    expect(after).toContain("\u001B[?25h");
    expect(after).toMatch(/(?<!-)\bicanon\b/);
    expect(after).toMatch(/(?<!-)\becho\b/);
  },
);

inTerminal("SIGTERM gives the terminal back, too", async () => {
  await using collector = await startCollector({ port: 0 });
  await using terminal = new Terminal(`echo pid=$$; exec ${top} ${collector.url}`);

  const [, pid] = await terminal.shows(/pid=(\d+)/);
  await terminal.shows(/Nothing has arrived yet/);
  process.kill(Number(pid), "SIGTERM");

  expect(await terminal.ended).toBe(0);
  expect(terminal.output).toContain(screenRestored);
});

inTerminal("an error gives the terminal back first, so that it can be read", async () => {
  await using collector = await startCollector({ port: 0 });
  const failing = "data:text/javascript,process.on('SIGUSR2',()=>{throw%20new%20Error('boom')})";
  await using terminal = new Terminal(
    `echo pid=$$; NODE_OPTIONS="--import=${failing}" exec ${top} ${collector.url}`,
  );

  const [, pid] = await terminal.shows(/pid=(\d+)/);
  await terminal.shows(/Nothing has arrived yet/);
  process.kill(Number(pid), "SIGUSR2");

  expect(await terminal.ended).toBe(1);
  expect(terminal.output.split(screenRestored)[1]).toContain("Error: boom");
});

inTerminal("a collector that comes later is found", async () => {
  await using gone = await startCollector({ port: 0 });
  await gone.close();
  await using terminal = new Terminal(`${top} ${gone.url}`);
  await terminal.shows(/nothing listens at/);

  await using _collector = await startCollector({ port: gone.port });

  await terminal.shows(/● live/);
  terminal.type("\u0003");
  expect(await terminal.ended).toBe(0);
});

test("without a terminal it prints the table, or JSON, and ends", async () => {
  await using collector = await startCollector({ port: 0 });
  await using _program = await loaded(collector.url);

  await using text = new Program([command, "top", collector.url]);
  expect(await text.ended).toEqual({ code: 0, signal: null });
  expect(text.lines.join("\n")).toMatch(/^ {2}steady +lock .*steady\.ts:\d+/m);
  expect(text.lines.join("\n")).not.toContain("\u001B");

  await using json = new Program([command, "top", "--json", collector.url]);
  const [line] = await json.line(/^\{.*\}$/);
  expect(JSON.parse(line)).toMatchObject({
    url: collector.url,
    hotSpots: [{ primitive: { name: "steady", type: "lock" }, share: 1 }],
    findings: [],
  });
});

test("what can't be asked is one sentence, and the exit code says whose fault it is", async () => {
  await using guarded = await answering(401);
  await using stranger = await answering(404);
  const cases = [
    [["http://127.0.0.1:9"], 1, /can't be reached|nothing listens/],
    [["banana"], 2, /It must be like http:\/\/127\.0\.0\.1:4318/],
    [["--window", "0"], 2, /from 1 to 60/],
    [["--token", "two words", guarded.url], 2, /without spaces/],
    [[guarded.url], 1, /asks for a token; give it with --token/],
    [["--token", "wrong", guarded.url], 1, /does not take this token/],
    [[stranger.url], 1, /is not a Holdup collector/],
  ] as const;
  for (const [args, code, sentence] of cases) {
    await using program = new Program([command, "top", ...args]);
    expect(await program.ended).toMatchObject({ code });
    expect(program.errors).toMatch(sentence);
    expect(program.errors.trim().split("\n")).toHaveLength(1);
  }
  expect(guarded.authorizations).toEqual([undefined, "Bearer wrong"]);
});

async function answering(
  status: number,
): Promise<AsyncDisposable & { readonly url: string; readonly authorizations: readonly unknown[] }> {
  const authorizations: unknown[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
