import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startCollector } from "@holdup/collector";
import type { HotSpot } from "@holdup/protocol";
import { expect, test } from "vitest";
import { eventually, get } from "./eventually.ts";
import { command, Program, register } from "./wired-program.ts";

const e2e = fileURLToPath(new URL("..", import.meta.url));
const folder = "src/programs/setup";
const timeout = 120_000;

interface Way {
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly file?: string;
  /** As what it is sent. @default as the nearest package is called */
  readonly service?: string;
  /** How many processes or threads run the program. @default 1 */
  readonly times?: number;
}

const esm = join(folder, "limited.ts");
const commonJs = join(folder, "commonjs", "limited.ts");
const inherited = { NODE_OPTIONS: `--import=${register}` };
const tsNode = {
  TS_NODE_SKIP_PROJECT: "true",
  TS_NODE_TRANSPILE_ONLY: "true",
  TS_NODE_COMPILER_OPTIONS: JSON.stringify({
    module: "nodenext",
    moduleResolution: "nodenext",
    target: "es2022",
  }),
};
const tsNodeLoader =
  'data:text/javascript,import{register}from"node:module";import{pathToFileURL}from"node:url";register("ts-node/esm",pathToFileURL("./"))';

const ways: Record<string, Way> = {
  "node alone, an ES module": { args: ["--import", register, esm] },
  "node alone, CommonJS": { args: ["--import", register, commonJs], file: commonJs },
  "tsx, before": { args: ["--import", "tsx", "--import", register, esm] },
  "tsx, after": { args: ["--import", register, "--import", "tsx", esm] },
  "tsx, CommonJS": { args: ["--import", register, "--import", "tsx", commonJs], file: commonJs },
  "the command tsx": { args: ["node_modules/tsx/dist/cli.mjs", esm], environment: inherited },
  "ts-node, CommonJS": {
    args: ["--import", register, "--require", "ts-node/register", commonJs],
    environment: tsNode,
    file: commonJs,
  },
  "ts-node, an ES module": {
    args: ["--enable-source-maps", "--import", register, "--import", tsNodeLoader, esm],
    environment: tsNode,
  },
  "the command ts-node": {
    args: ["node_modules/ts-node/dist/bin.js", commonJs],
    environment: { ...tsNode, ...inherited },
    file: commonJs,
    service: "@holdup/e2e",
  },
  threads: { args: ["--import", register, join(folder, "threads.ts")], times: 2 },
  "a cluster": { args: ["--import", register, join(folder, "clustered.ts")], times: 2 },
  "child processes that inherit NODE_OPTIONS": {
    args: [join(folder, "children.ts")],
    environment: inherited,
    times: 2,
  },
};

test.each(Object.entries(ways))(
  "TypeScript by %s: the limiter arrives with its lines in the source",
  { timeout },
  async (_name, { args, environment = {}, file = esm, service, times = 1 }) => {
    await using collector = await startCollector({ port: 0 });
    await using program = new Program(
      args,
      { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      e2e,
    );
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.lines).toEqual(Array.from({ length: times }, () => "done 1,2,3"));
    expect(withoutNodesOwn(program.errors)).toBe("");
    const site = { functionName: "work", filePath: file, lineNumber: 13 };
    expect(await hotSpots(collector.url, 3 * times)).toMatchObject([
      {
        service: service ?? (file === esm ? "@holdup/e2e" : "setup-commonjs"),
        primitive: { name: "p-limit@limited.ts:10", type: "semaphore" },
        operations: 3 * times,
        contended: 2 * times,
        waiterSite: site,
        holderSite: site,
      },
    ]);
  },
);

test(
  "holdup run -- npm run dev: the script's program is observed, and npm is none",
  { timeout },
  async () => {
    await using program = new Program(
      [command, "run", "--keep", "--json", "--port", "0", "--", "npm", "run", "--silent", "dev"],
      {},
      join(e2e, folder, "scripted"),
    );
    const [line] = await program.line(/^\{"event":"listening".*/);
    await program.line(/^done 1,2,3$/);
    await program.line(/^\{"event":"app-ended","exitCode":0/);
    const { url } = JSON.parse(line) as { url: string };
    const found = await hotSpots(url, 3);
    expect(found).toMatchObject([{ primitive: { name: "p-limit@limited.ts:10" }, contended: 2 }]);
    const { items } = await get<{ items: { name: string }[] }>(`${url}/api/services`);
    expect(items.map(({ name }) => name)).toEqual([found[0]?.service]);
  },
);

async function hotSpots(url: string, operations: number): Promise<HotSpot[]> {
  return await eventually(async () => {
    const { items } = await get<{ items: HotSpot[] }>(`${url}/api/hotspots`);
    return items[0]?.operations === operations ? items : undefined;
  });
}

// That of ts-node's age.
function withoutNodesOwn(errors: string): string {
  return errors.replaceAll(/^\(node:\d+\) \[DEP\d+\].*\n|^\(Use `node --trace-.*\n/gm, "");
}
