import { join } from "node:path";
import { expect, test } from "vitest";
import { Receiver, values, type OtlpSpan } from "../../register/src/testing/otlp-receiver.ts";
import { Program, register, repository } from "./wired-program.ts";

const program = (file: string): string => join(repository, "packages/e2e/src/programs", file);

test.each([
  ["an ES module", "app-sdk.ts"],
  ["CommonJS", "app-sdk.cjs"],
])(
  "an app with an OpenTelemetry SDK of its own (%s): Holdup's spans go through that, once, and everything else is sent as that app",
  async (_form, file) => {
    await using theirs = new Receiver();
    await using ours = new Receiver();
    const [app, holdup] = [await theirs.listen(), await ours.listen()];
    await using service = new Program(["--import", register, program(file), app], {
      OTEL_EXPORTER_OTLP_ENDPOINT: holdup,
      // What is sent before the app has an SDK is sent as Holdup knows it: nothing here.
      OTEL_METRIC_EXPORT_INTERVAL: "60000",
      HOLDUP_EVENT_LOOP: "metrics",
      HOLDUP_SNAPSHOT_INTERVAL: "50",
    });
    await service.line(/^done$/);
    service.kill("SIGTERM");
    await service.ended;
    expect(service.errors).toBe("");
    await service.line(/^before: (version)?$/);

    expect(ours.spans).toEqual([]);
    const names = theirs.spans.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith("GET ")).toSorted()).toEqual([
      "GET /1",
      "GET /2",
      "GET /3",
    ]);
    for (const name of ["wait inventory", "hold inventory", "wait night", "hold night"]) {
      expect(names.filter((other) => other === name)).toHaveLength(2);
    }
    expect(names).toHaveLength(11);
    expect(new Set(theirs.spans.map(({ spanId }) => spanId)).size).toBe(theirs.spans.length);
    for (const span of named(theirs, "inventory")) {
      const parent = theirs.spans.find(({ spanId }) => spanId === span.parentSpanId);
      expect(parent?.name).toMatch(/^GET /);
      expect(parent?.traceId).toBe(span.traceId);
    }
    for (const span of named(theirs, "night")) expect(span.parentSpanId ?? "").toBe("");
    const waits = theirs.spans.filter(({ name }) => name.startsWith("wait "));
    for (const wait of waits) {
      for (const { traceId, spanId } of linked(wait)) {
        const hold = theirs.spans.find((span) => span.spanId === spanId);
        expect(hold?.name).toBe(wait.name.replace("wait", "hold"));
        expect(hold?.traceId).toBe(traceId);
      }
    }
    expect(waits.flatMap(linked).length).toBeGreaterThanOrEqual(waits.length);

    const instances = new Set<unknown>();
    for (const resource of ours.resources) {
      const { "service.name": name, "service.instance.id": id } = values(resource);
      expect(name).toBe("the-app");
      instances.add(id);
    }
    expect([...instances]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(values(theirs.resources[0] ?? [])).toMatchObject({ "service.name": "the-app" });
    const counted = ours.points("holdup.wait.duration").reduce((sum, { count = 0 }) => sum + count, 0);
    expect(counted).toBe(6);
    expect(ours.records.some(({ eventName }) => eventName === "holdup.snapshot")).toBe(true);
    // Nothing of the program's own went to Holdup.
    expect(theirs.metrics).toEqual([]);
  },
);

function named({ spans }: Receiver, primitive: string): OtlpSpan[] {
  return spans.filter(({ name }) => name.endsWith(` ${primitive}`));
}

function linked({ links = [] }: OtlpSpan): { traceId: string; spanId: string }[] {
  return links.filter(({ attributes }) => values(attributes)["holdup.link.type"] === "holder");
}
