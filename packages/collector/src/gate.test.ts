import type { IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import { refusal } from "./gate.ts";

function passes(headers: IncomingHttpHeaders, hosts: string[] = [], method = "GET"): boolean {
  return refusal({ headers, method, url: "/" }, { hosts, origins: [] }) === undefined;
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

test("an origin that may send telemetry may send it, and nothing else", () => {
  const allowed = { hosts: [], origins: ["https://shop.example"] };
  const page = { host: "localhost", origin: "https://shop.example" };
  expect(refusal({ headers: page, url: "/v1/traces" }, allowed)).toBeUndefined();
  expect(refusal({ headers: page, url: "/api/status" }, allowed)).toMatch(/another origin/);
  expect(
    refusal({ headers: { ...page, origin: "https://shop.example.evil" }, url: "/v1/traces" }, allowed),
  ).toMatch(/another origin/);
});

test("a page that names no origin may read but change nothing", () => {
  const host = "localhost";
  expect(passes({ host, "sec-fetch-site": "cross-site" })).toBe(true);
  expect(passes({ host, "sec-fetch-site": "cross-site" }, [], "POST")).toBe(false);
  expect(passes({ host, "sec-fetch-site": "same-origin" }, [], "POST")).toBe(true);
  expect(passes({ host }, [], "POST")).toBe(true);
});
