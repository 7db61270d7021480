/** `holdup serve` as a person starts it: its exit codes, and what it prints and asks for. */

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const node = ["--conditions=@holdup/source", "--disable-warning=ExperimentalWarning", main];
const folder = mkdtempSync(join(tmpdir(), "holdup-serve-"));

/** The command `holdup serve --json`, ended when disposed. */
class Serving implements AsyncDisposable {
  readonly ended: Promise<number | NodeJS.Signals>;
  errors = "";
  readonly events: Record<string, any>[] = [];
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ready: Promise<void>;

  constructor(...args: string[]) {
    const all = [...node, "serve", "--json", "--port", "0", "--store", "memory", ...args];
    this.#child = spawn(process.execPath, all, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stderr.on("data", (data: Buffer) => (this.errors += data.toString()));
    this.ended = once(this.#child, "close").then(([code, signal]) => (code ?? signal) as number);
    this.#ready = new Promise((resolve) => {
      createInterface(this.#child.stdout).on("line", (line) => {
        const told = JSON.parse(line) as Record<string, any>;
        this.events.push(told);
        if (told["event"] === "ready") resolve();
      });
      this.#child.on("close", () => resolve());
    });
  }

  async event(name: string): Promise<Record<string, any>> {
    await this.#ready;
    return this.events.find(({ event }) => event === name) ?? {};
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}

function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  return fetch(url, { headers, redirect: "manual" }).then(({ status }) => status);
}

test("on the loopback nothing is asked for, and asked to end it ends with 0", async () => {
  await using serving = new Serving();
  const { url, loginUrl } = await serving.event("listening");
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(loginUrl).toBeUndefined();
  expect(await statusOf(`${url}/api/status`)).toBe(200);
  serving.kill("SIGTERM");
  expect(await serving.ended).toBe(0);
  expect(
    serving.errors
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line).msg),
  ).toEqual(["listening", "stopping: takes nothing new", "stopped"]);
});

test("listening for others it makes a token and a key, tells them once, and asks everyone for them", async () => {
  await using serving = new Serving("--host", "0.0.0.0", "--log-level", "silent");
  const { url, loginUrl } = await serving.event("listening");
  const { token } = await serving.event("token");
  const { otlpKey } = await serving.event("ready");
  const send = (headers: Record<string, string>) =>
    fetch(`${url}/v1/metrics`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json", ...headers },
    }).then(({ status }) => status);

  expect(await statusOf(`${url}/api/status`)).toBe(401);
  expect(await statusOf(`${url}/api/status`, { authorization: `Bearer ${token}` })).toBe(200);
  expect([await statusOf(loginUrl), await statusOf(loginUrl)]).toEqual([303, 401]);
  expect([await send({}), await send({ "x-otlp-api-key": otlpKey })]).toEqual([401, 200]);
  expect(serving.errors).toBe("");
});

test("a token and a key that a person gave are asked for and not printed", async () => {
  const path = join(folder, "token");
  writeFileSync(path, "0123456789abcdef-of-a-file\n");
  const [token, key] = ["0123456789abcdef-of-a-file", "0123456789abcdef-key"];
  await using serving = new Serving("--host", "127.0.0.2", "--token-file", path, "--otlp-key", key);
  const { url } = await serving.event("listening");
  expect(await statusOf(`${url}/api/status`, { authorization: `Bearer ${token}` })).toBe(200);
  expect(JSON.stringify(serving.events) + serving.errors).not.toMatch(/0123456789abcdef/);
});

test.each([
  [
    ["--host", "0.0.0.0", "--token", "short"],
    "holdup: the token is too short; give it at least 16 characters\n",
  ],
  [["--host", "0.0.0.0", "--token", ""], "holdup: the token is too short; give it at least 16 characters\n"],
  [["--otlp-key", "short"], "holdup: the OTLP key is too short; give it at least 16 characters\n"],
  [
    ["--token", "x", "--token-file", "y"],
    "holdup: give the token with --token or with --token-file, not with both\n",
  ],
  [["--token-file", join(folder, "none")], /^holdup: the token file can't be read: ENOENT/],
  [["--allowed-origin", "https://shop.example/path"], /must be like https:\/\/shop\.example/],
  [["--max-body", "many"], /must be a number of bytes/],
  [["--log-level", "loud"], /must be one of fatal, error, warn/],
])("%j is refused in one line with exit code 2", async (args, message) => {
  await using serving = new Serving(...args);
  expect(await serving.ended).toBe(2);
  expect(serving.errors.trim().split("\n")).toHaveLength(1);
  expect(serving.errors).toMatch(message);
  expect(serving.events).toEqual([]);
});

test("a damaged end of the journal is said at the start and in the status, with how much of it was cut off", async () => {
  const path = join(folder, "damaged.db");
  mkdirSync(`${path}.journal`);
  writeFileSync(join(`${path}.journal`, "0000000000000001.journal"), Buffer.alloc(100, 7));
  await using serving = new Serving("--store", `sqlite:${path}`);

  const { url } = await serving.event("ready");

  expect(await serving.event("journal-damaged")).toMatchObject({ path, lostBytes: 100 });
  const { dropped } = (await (await fetch(`${url}/api/status`)).json()) as { dropped: object };
  expect(dropped).toEqual({ "bytes of a damaged journal": 100 });
});

test("asked to end twice it ends at once, whatever is in flight", async () => {
  await using serving = new Serving();
  const { url } = await serving.event("listening");
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write("POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
  socket.write("Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  await once(socket, "data");

  serving.kill("SIGTERM");
  const again = setInterval(() => serving.kill("SIGTERM"), 100);

  expect(await serving.ended).toBe(143);
  clearInterval(again);
  rmSync(folder, { recursive: true });
});
