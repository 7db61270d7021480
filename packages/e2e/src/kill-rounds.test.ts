import { expect, test } from "vitest";
import { killRounds } from "./kill-rounds/rounds.ts";

test("a collector that is killed at any moment loses nothing that it acknowledged, and counts nothing twice", async () => {
  const { acknowledged, repeated, lost, twice } = await killRounds(10);
  expect({ lost, twice }).toEqual({ lost: 0, twice: 0 });
  expect(acknowledged).toBeGreaterThan(2_000);
  expect(repeated).toBeGreaterThan(0);
}, 180_000);
