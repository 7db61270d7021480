import { expect, test } from "vitest";
import { refusal } from "./gate.ts";

function passes(headers: { host?: string; origin?: string }, allowed: string[] = []): boolean {
  return refusal({ headers }, allowed) === undefined;
}

test.each([
  "localhost",
  "localhost:4318",
  "LOCALHOST:4318",
  "shop.localhost:4318",
  "127.0.0.1:4318",
  "[::1]:4318",
  "[::1]",
  "192.168.1.7:80",
])("the host %s may pass", (host) => {
  expect(passes({ host })).toBe(true);
});

test.each([
  "evil.example",
  "evil.example:4318",
  "localhost.evil.example",
  "127.0.0.1.evil.example",
  "evillocalhost",
  "user@localhost",
  "localhost:4318:1",
  "[::1",
  "",
])("the host %s may not", (host) => {
  expect(passes({ host })).toBe(false);
});

test("a request without a host may not pass", () => {
  expect(passes({})).toBe(false);
});

test("configured names may pass, whatever their case", () => {
  expect(passes({ host: "Holdup.Corp.example:4318" }, ["holdup.corp.example"])).toBe(true);
  expect(passes({ host: "corp.example" }, ["holdup.corp.example"])).toBe(false);
});

test("an origin must be the host itself, its port included", () => {
  const host = "localhost:4318";
  expect(passes({ host, origin: "http://localhost:4318" })).toBe(true);
  for (const origin of [
    "https://evil.example",
    "http://localhost",
    "http://localhost:5173",
    "http://127.0.0.1:4318",
    "null",
    "file://",
    "nonsense",
    "",
  ]) {
    expect(passes({ host, origin })).toBe(false);
  }
});

test("the scheme's own port may be left out on either side", () => {
  expect(passes({ host: "localhost:80", origin: "http://localhost" })).toBe(true);
  expect(passes({ host: "shop.example", origin: "https://shop.example:443" }, ["shop.example"])).toBe(true);
});
