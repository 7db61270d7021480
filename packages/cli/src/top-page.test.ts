import type { HotSpot } from "@holdup/protocol";
import { expect, test } from "vitest";
import { lineText } from "./top-line.ts";
import { paperPage, topPage } from "./top-page.ts";
import { rowsOf, type Report } from "./top-report.ts";
import { initialState, press, selectedRow, withProblem, withReport, type TopState } from "./top-state.ts";
import { place } from "./top-table.ts";
import { widthOf } from "./top-text.ts";

const now = 1_000_000;

function spot(name: string, figures: Partial<HotSpot> = {}): HotSpot {
  return {
    service: "checkout",
    primitive: { name, type: "lock" },
    waiterSite: null,
    holderSite: { functionName: "reserve", filePath: "src/inventory.ts", lineNumber: 46 },
    operations: 60,
    contended: 30,
    waitSeconds: 6,
    waitP50: 0.02,
    waitP99: 0.1,
    holdSeconds: 3,
    holdP99: 0.05,
    blameSeconds: 6,
    waiters: 2,
    share: 0.5,
    exact: true,
    ...figures,
  };
}

function report(spots: readonly HotSpot[], rest: Partial<Report> = {}): Report {
  const services = [{ name: "checkout", primitives: 1, firstSeenAt: 0, lastSeenAt: now, instances: 1 }];
  const span = { services, from: now - 60_000, time: now };
  return { ...span, rows: rowsOf(spots, span), more: false, findings: [], ...rest };
}

function stateOf(...spots: readonly HotSpot[]): TopState {
  return withReport(initialState(1), report(spots));
}

function pageOf(state: TopState, width = 120, height = 24): string[] {
  return topPage(state, { width, height, now, url: "http://127.0.0.1:4318" }).map(lineText);
}

function names(state: TopState): string[] {
  return pageOf(state, 200)
    .filter((text) => text.includes("lock  "))
    .map((text) => text.slice(2).split(" ")[0] ?? "");
}

const three = stateOf(
  spot("beta", { share: 0.2, waiters: 9, waitP99: 0.3, operations: 10 }),
  spot("alpha", { share: 0.7, waiters: 0, waitP99: 0.2, operations: 30 }),
  spot("gamma", { share: 0.1, waiters: 4, waitP99: 0.1, operations: 20 }),
);

test("rows are sorted by share, by each sort key, and the other way around by the same key again", () => {
  expect(names(three)).toEqual(["alpha", "beta", "gamma"]);
  expect(names(press(three, "w"))).toEqual(["beta", "gamma", "alpha"]);
  expect(names(press(three, "p"))).toEqual(["beta", "alpha", "gamma"]);
  expect(names(press(three, "o"))).toEqual(["alpha", "gamma", "beta"]);
  expect(names(press(three, "n"))).toEqual(["alpha", "beta", "gamma"]);
  expect(names(press(press(three, "n"), "n"))).toEqual(["gamma", "beta", "alpha"]);
});

test("the selected row stays selected when the order changes", () => {
  const second = press(three, "down");
  expect(selectedRow(second)?.spot.primitive.name).toBe("beta");
  expect(selectedRow(press(second, "w"))?.spot.primitive.name).toBe("beta");
  expect(selectedRow(press(press(second, "end"), "down"))?.spot.primitive.name).toBe("gamma");
  expect(selectedRow(press(second, "pageup"))?.spot.primitive.name).toBe("alpha");
  expect(pageOf(second).find((text) => text.startsWith(">"))).toContain("beta");
});

test("rates are per second of the window, or of the program's age", () => {
  const span = { from: now - 60_000, time: now };
  const service = { name: "checkout", primitives: 1, lastSeenAt: now, instances: 1 };
  const old = rowsOf([spot("a")], { ...span, services: [{ ...service, firstSeenAt: 0 }] });
  const young = rowsOf([spot("a")], { ...span, services: [{ ...service, firstSeenAt: now - 6_000 }] });
  expect(old[0]).toMatchObject({ blameRate: 0.1, operationRate: 1 });
  expect(young[0]).toMatchObject({ blameRate: 1, operationRate: 10 });
});

test("the narrower the terminal, the fewer columns; which primitive and its share always stay", () => {
  const at = (width: number): string[] => place(width, true).map(({ column }) => column.id);
  expect(at(200)).toHaveLength(11);
  expect(at(80)).toEqual(["primitive", "service", "share", "waitP99", "waiters", "holder"]);
  expect(at(20)).toEqual(["primitive", "share"]);
  expect(place(200, false).map(({ column }) => column.id)).not.toContain("service");
});

test("no line is wider than the terminal and no page higher, whatever its size", () => {
  const many = stateOf(...Array.from({ length: 50 }, (_, index) => spot(`lock ${index}`)));
  for (const state of [many, press(many, "end"), press(many, "enter"), press(many, "?"), initialState(1)]) {
    for (const [width, height] of [
      [300, 60],
      [120, 24],
      [80, 24],
      [40, 10],
    ] as const) {
      const lines = topPage(state, { width, height, now, url: "http://127.0.0.1:4318" });
      expect(lines).toHaveLength(height);
      // A sentence may be cut by the screen, a table must fit.
      for (const text of lines.map(lineText).filter((line) => /lock \d/.test(line))) {
        expect(widthOf(text)).toBeLessThanOrEqual(width);
      }
    }
  }
});

test("a table longer than the terminal shows the part with the selected row and says which part it is", () => {
  const many = stateOf(...Array.from({ length: 50 }, (_, index) => spot(`lock ${index + 10}`)));
  expect(pageOf(press(many, "end")).join("\n")).toMatch(/> lock 59.*\n +rows 34 to 50 of 50/);
});

test("hostile names stay in their cells", () => {
  const evil = `\u001B[2J\u001B]0;owned\u0007${"💥".repeat(5000)}`;
  const site = { functionName: evil, filePath: `/${evil}/\r\n`, lineNumber: 1 };
  const state = stateOf(
    spot(evil, { service: evil, holderSite: site, primitive: { name: evil, type: evil } }),
    spot("tame"),
  );
  for (const shown of [state, press(state, "enter")]) {
    const page = topPage(shown, { width: 100, height: 24, now, url: "http://x" });
    for (const text of page.map(lineText)) expect(text).not.toMatch(/\p{Cc}/u);
  }
  const row = pageOf(state, 100).find((text) => text.includes("owned"));
  expect(widthOf(row ?? "")).toBeLessThanOrEqual(100);
});

test("details tell where it was held and waited for, what holders did, and what was found", () => {
  const site = { functionName: "reserve", filePath: "src/inventory.ts", lineNumber: 46 };
  const figures = { count: 60, sum: 6, p50: 0.02, p90: 0.05, p95: 0.06, p99: 0.1, max: 0.2, histogram: [] };
  const primitive = {
    service: "checkout",
    primitive: { name: "inventory", type: "lock" },
    operations: 60,
    contended: 30,
    blameSeconds: 6,
    wait: figures,
    hold: figures,
    handoff: figures,
    series: [],
    stepSeconds: 10,
    waiterSites: [
      {
        site: { ...site, lineNumber: 12, functionName: "add" },
        operations: 60,
        contended: 30,
        waitSeconds: 6,
        waitP50: 0,
        waitP99: 0.1,
      },
    ],
    holderSites: [{ site, holds: 60, holdSeconds: 3, holdP99: 0.05, blameSeconds: 6 }],
    matrix: [],
    activities: [{ holderSite: site, holds: 10, activities: [{ name: "in SELECT stock", seconds: 0.4 }] }],
    outcomes: [],
    waiters: 2,
    holders: 1,
    state: null,
  };
  const finding = {
    service: "checkout",
    instance: "1",
    id: "1",
    kind: "convoy" as const,
    severity: "warning" as const,
    message: "inventory has a line that never ends.",
    advice: "Hold it shorter.",
    primitives: ["inventory"],
    sites: [],
    spans: [],
    count: 3,
    firstSeen: now - 9000,
    lastSeen: now - 5000,
  };
  const state = withReport(initialState(1), report([spot("inventory")], { findings: [finding] }));
  const key = selectedRow(state)?.key ?? "";
  const page = pageOf({ ...press(state, "enter"), detail: { key, primitive } }, 120, 40).join("\n");

  expect(page).toMatch(/HELD AT.*\n█+ +100 % .* src\/inventory.ts:46 \(reserve\)/);
  expect(page).toContain("held 40.0 ms on average: 40.0 ms in SELECT stock");
  expect(page).toMatch(/WAITED FOR AT.*\n█+ +100 % .* src\/inventory.ts:12 \(add\)/);
  expect(page).toMatch(
    /warning: convoy +3 times, last 5.0 s ago\n +inventory has a line .*\n +Hold it shorter./,
  );
  expect(pageOf(press(press(state, "enter"), "escape")).join("\n")).toContain("PRIMITIVE");
});

test("an unreachable collector is one sentence above what was known before", () => {
  const page = pageOf(withProblem(three, "nothing listens there", now - 3000));
  expect(page[0]).toMatch(/✗ disconnected$/);
  expect(page.join("\n")).toContain("nothing listens there (for 3.0 s; it is asked again every second)");
  expect(names(withProblem(three, "nothing listens there", now))).toHaveLength(3);
  expect(withReport(withProblem(three, "x", now), report([])).problem).toBeUndefined();
});

test("where nothing has arrived yet, it says how to wire a program", () => {
  const state = withReport(initialState(1), { ...report([]), services: [] });
  expect(pageOf(state).join("\n")).toContain(
    "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 node --import @holdup/register app.js",
  );
});

test("on paper the whole table is there, without keys and without a selection", () => {
  const many = stateOf(...Array.from({ length: 50 }, (_, index) => spot(`lock ${index}`)));
  const paper = paperPage(many, { width: 120, now, url: "http://127.0.0.1:4318" }).map(lineText);
  expect(paper).toHaveLength(54);
  expect(paper.join("\n")).not.toMatch(/quit|^>/m);
});
