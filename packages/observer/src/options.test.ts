import { expect, test } from "vitest";
import { settingsOf, type ObserverOptions } from "./options.ts";

const bad: [options: unknown, code: string, sentence: string][] = [
  [
    { bogus: 1 },
    "ERR_INVALID_ARG",
    "bogus is not an option of an observer; there are spans, spanThresholdMs, ",
  ],
  [{ toString: undefined }, "ERR_INVALID_ARG", "toString is not an option of an observer"],
  ["all", "ERR_INVALID_ARG", 'the options of an observer are "all"; they must be an object'],
  [null, "ERR_INVALID_ARG", "the options of an observer are null; they must be an object"],
  [{ spans: "x" }, "ERR_INVALID_ARG", 'spans is "x"; it must be "all", "contended" or "none"'],
  [{ spans: null }, "ERR_INVALID_ARG", 'spans is null; it must be "all"'],
  [{ followParent: "no" }, "ERR_INVALID_ARG", 'followParent is "no"; it must be true or false'],
  [{ root: 5 }, "ERR_INVALID_ARG", "root is 5; it must be the path of a folder"],
  [{ root: "" }, "ERR_INVALID_ARG", 'root is ""; it must be the path of a folder'],
  [
    { exclude: "abc" },
    "ERR_INVALID_ARG",
    'exclude is "abc"; it must be a list of names and regular expressions',
  ],
  [{ exclude: ["a", 5] }, "ERR_INVALID_ARG", "exclude is [ 'a', 5 ]; it must be a list"],
  [{ maxSites: "5" }, "ERR_OUT_OF_RANGE", 'maxSites is "5"; it must be a number, 0 or more'],
  [{ maxSpans: -1 }, "ERR_OUT_OF_RANGE", "maxSpans is -1; it must be a number, 0 or more"],
  [
    { spanThresholdMs: Number.NaN },
    "ERR_OUT_OF_RANGE",
    "spanThresholdMs is NaN; it must be a number, 0 or more",
  ],
  [
    { flightEvents: 1e9 },
    "ERR_OUT_OF_RANGE",
    "flightEvents is 1000000000; it must be a number, 10000000 or less",
  ],
];

test.each(bad)(
  "an option that is unknown or makes no sense is an error with a code: %j",
  (options, code, sentence) => {
    const read = () => settingsOf(options as ObserverOptions);

    expect(read).toThrow(sentence);
    expect(read).toThrow(expect.objectContaining({ code }));
    expect(read).toThrow(code === "ERR_OUT_OF_RANGE" ? RangeError : TypeError);
  },
);

test("what is not given, or undefined, has its default", () => {
  const options = {
    spans: undefined,
    root: undefined,
    exclude: [/^internal-/, "secret"],
    sitesPerSecond: Infinity,
  };

  expect(settingsOf(options)).toMatchObject({
    ...options,
    spans: "contended",
    root: process.cwd(),
    maxSpans: 2048,
  });
});
