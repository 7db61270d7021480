import { expect, test } from "vitest";
import { ClickHouseProgram } from "./clickhouse-program.ts";
import { killRounds } from "./kill-rounds/rounds.ts";

test("a collector with a ClickHouse that is killed again and again loses nothing and counts nothing twice", async () => {
  await using engine = new ClickHouseProgram();
  const outcome = await killRounds(10, `clickhouse:${await engine.url()}/killed`);

  expect(outcome).toMatchObject({ rounds: 10, lost: 0, twice: 0 });
  expect(outcome.acknowledged).toBeGreaterThan(2_000);
});
