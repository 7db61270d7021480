/**
 * `pnpm kill-rounds [rounds] [store]`: a collector is killed at random moments while clients send to it; it keeps
 * history in a file, or where the store says, as clickhouse:http://host:8123/db. Ends with 1 if anything that was acknowledged is lost or counted twice.
 */
import { killRounds } from "./rounds.ts";

const outcome = await killRounds(Number(process.argv[2] ?? 10), process.argv[3]);
const { rounds, acknowledged, repeated, lost, twice } = outcome;
console.log(
  `${rounds} kills, ${acknowledged} requests acknowledged, sent again ${repeated} times: ${lost} lost, ${twice} counted twice`,
);
process.exitCode = lost + twice === 0 ? 0 : 1;
