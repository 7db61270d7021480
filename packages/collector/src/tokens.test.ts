import { expect, test } from "vitest";
import { tokenLifeMs, tokenOf, Tokens } from "./tokens.ts";

test("a token is known for ten minutes after it came", () => {
  const tokens = new Tokens();
  tokens.add("a", 1_000);
  tokens.add("b", 2_000);

  expect(tokens.has("a", 1_000 + tokenLifeMs)).toBe(true);
  expect(tokens.has("a", 1_001 + tokenLifeMs)).toBe(false);
  expect(tokens.has("b", 1_001 + tokenLifeMs)).toBe(true);
  expect(tokens.has("c", 2_000)).toBe(false);
});

test("the same body of another signal is another request", () => {
  const body = Buffer.from("{}");
  expect(tokenOf("metrics", body)).toMatch(/^[0-9a-f]{64}$/);
  expect(tokenOf("metrics", body)).toBe(tokenOf("metrics", Buffer.from("{}")));
  expect(tokenOf("metrics", body)).not.toBe(tokenOf("logs", body));
});
