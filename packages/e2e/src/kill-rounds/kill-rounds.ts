/**
 * `pnpm kill-rounds [rounds] [store]`: a collector is killed at random moments while clients send to it. It keeps
 * history in a file, and every second time nothing is left of its journal but what was synced; or it keeps it where
 * the store says: as clickhouse:http://host:8123/db in that ClickHouse, as clickhouse in an engine of its own, which
 * `pnpm test:clickhouse` has installed. Ends with 1 if anything that was acknowledged is lost or counted twice.
 */

import { join } from "node:path";
import { ClickHouseProgram } from "../clickhouse-program.ts";
import { repository } from "../wired-program.ts";
import { killRounds, type Outcome } from "./rounds.ts";

const [count = "10", store] = process.argv.slice(2);

const outcome = await (store === "clickhouse" ? withOwnEngine() : killRounds(Number(count), store));
const { rounds, acknowledged, requests, fewest, repeated, lost, twice } = outcome;
console.log(
  `${rounds} kills, ${acknowledged} points and spans acknowledged in ${requests} requests, at least ${fewest} a round, ` +
    `sent again ${repeated} times: ${lost} lost, ${twice} counted twice`,
);
process.exitCode = lost + twice === 0 ? 0 : 1;

async function withOwnEngine(): Promise<Outcome> {
  process.env["HOLDUP_CHDB"] ??= join(repository, ".holdup/chdb-3.4.0");
  await using engine = new ClickHouseProgram();
  return await killRounds(Number(count), `clickhouse:${await engine.url()}/killed`);
}
