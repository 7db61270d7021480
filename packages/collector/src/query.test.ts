import { expect, test } from "vitest";
import { hotSpotQuery, waitQuery } from "./query.ts";

const now = 1_800_000_000_000;

test("without parameters the last fifteen minutes by primitive are meant", () => {
  expect(hotSpotQuery({}, now)).toEqual({
    from: now - 900_000,
    to: now,
    service: undefined,
    by: "primitive",
    limit: 100,
    cursor: undefined,
  });
});

test("times are Unix milliseconds or ISO 8601", () => {
  expect(waitQuery({ from: "1000", to: "1970-01-01T00:00:02Z" }, now)).toMatchObject({
    from: 1_000,
    to: 2_000,
  });
  expect(waitQuery({ to: "2026-01-02T03:04:05.678+01:00" }, now).to).toBe(Date.UTC(2026, 0, 2, 2, 4, 5, 678));
  expect(waitQuery({ to: "2026-01-02" }, now).to).toBe(Date.UTC(2026, 0, 2));
});

test.each([
  [{ from: "1 apple" }, "The parameter from is neither Unix milliseconds nor an ISO 8601 time."],
  [{ from: "-5" }, "The parameter from is neither Unix milliseconds nor an ISO 8601 time."],
  [{ to: "2026-13-40" }, "The parameter to is neither Unix milliseconds nor an ISO 8601 time."],
  [{ to: "99999999999999999999" }, "The parameter to is neither Unix milliseconds nor an ISO 8601 time."],
  [{ from: "2", to: "1" }, "The parameter from is later than to."],
  [{ limit: "1001" }, "The parameter limit is not a whole number from 1 to 1000."],
  [{ limit: "ten" }, "The parameter limit is not a whole number from 1 to 1000."],
  [{ service: ["a", "b"] }, "The parameter service is given twice."],
  [{ service: "" }, "The parameter service is empty."],
  [{ cursor: "x" }, "The parameter cursor is not the next of an earlier answer."],
  [{ by: "colour" }, "The parameter by is unknown; known are service, primitive, from, to, limit, cursor."],
])("%j is refused with a sentence", (raw, message) => {
  expect(() => waitQuery(raw, now)).toThrow(message);
});
