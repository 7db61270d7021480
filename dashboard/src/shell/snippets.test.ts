import { expect, test } from "vitest";
import { snippetsFor } from "./snippets.ts";

test("the first way to start a program leads to the page that shows it", () => {
  expect(snippetsFor("https://holdup.example:8080")[0].code).toBe(
    "OTEL_EXPORTER_OTLP_ENDPOINT=https://holdup.example:8080 node --import @holdup/register app.js",
  );
});

test("the command that opens another page says so", () => {
  const [run, ...others] = snippetsFor("http://localhost").filter(({ code }) =>
    code.startsWith("holdup run"),
  );

  expect(others).toEqual([]);
  expect(run?.note).toContain("a dashboard of its own");
});
