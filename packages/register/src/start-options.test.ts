import { expect, test } from "vitest";
import { SettingError } from "./setting-error.ts";
import { checkOptions } from "./start-options.ts";

test.each<[options: unknown, sentence: string]>([
  [{ bogus: 1 }, "bogus is not an option of start(); there are serviceName, endpoint, "],
  [{ constructor: 1 }, "constructor is not an option of start()"],
  [{ serviceNam: undefined }, "serviceNam is not an option of start()"],
  ["checkout", 'the options of start() are "checkout"; they must be an object'],
  [null, "the options of start() are null; they must be an object"],
  [{ serviceName: "" }, 'serviceName is ""; it must be a name that is not empty'],
  [{ serviceName: 5 }, "serviceName is 5; it must be a name that is not empty"],
  [{ endpoint: "ftp://x" }, 'endpoint is "ftp://x"; it must be a URL like http://localhost:4318'],
  [{ endpoint: 4318 }, "endpoint is 4318; it must be a URL"],
  [
    { metricIntervalMs: Number.NaN },
    "metricIntervalMs is NaN; it must be milliseconds from 10 to 2147483647",
  ],
  [{ metricIntervalMs: 0 }, "metricIntervalMs is 0; it must be milliseconds"],
  [{ metricIntervalMs: -5 }, "metricIntervalMs is -5; it must be milliseconds"],
  // A timer of Node's would go off at once.
  [{ metricIntervalMs: Number.POSITIVE_INFINITY }, "metricIntervalMs is Infinity; it must be milliseconds"],
  [{ metricIntervalMs: "500" }, 'metricIntervalMs is "500"; it must be milliseconds'],
  [{ snapshotIntervalMs: Number.NaN }, "snapshotIntervalMs is NaN; it must be milliseconds"],
  [{ snapshotIntervalMs: -1 }, "snapshotIntervalMs is -1; it must be milliseconds"],
  [{ recordDir: "" }, 'recordDir is ""; it must be the path of a folder'],
  [{ recordP99Ms: -1 }, "recordP99Ms is -1; it must be milliseconds, 0 or more"],
  [{ instrumentations: "all" }, 'instrumentations is "all"; it must be a list of names out of async-mutex, '],
  [{ instrumentations: ["left-pad"] }, 'instrumentations has "left-pad"; it must be a list of names out of'],
  [{ sdk: "x" }, 'sdk is "x"; it must be app or own'],
  [{ eventLoop: "x" }, 'eventLoop is "x"; it must be all, metrics or none'],
  [{ blockedLoopMs: 50 }, "blockedLoopMs is 50; it must be milliseconds, 200 or more"],
  [{ spans: "some" }, 'spans is "some"; it must be all, contended or none'],
  [{ spanThresholdMs: -1 }, "spanThresholdMs is -1; it must be milliseconds, 0 or more"],
  [{ maxSites: "x" }, 'maxSites is "x"; it must be a number, 0 or more'],
  [{ flightEvents: 1e9 }, "flightEvents is 1000000000; it must be a number from 0 to 10000000"],
  [{ followParent: "no" }, 'followParent is "no"; it must be true or false'],
  [{ root: 5 }, "root is 5; it must be the path of a folder"],
  [{ exclude: "abc" }, 'exclude is "abc"; it must be a list of names and regular expressions'],
  [{ exclude: [/^a/, 5] }, "exclude has 5; it must be a list of names and regular expressions"],
  [{ sdk: null }, "sdk is null; it must be app or own"],
])("an option that is unknown or makes no sense is one sentence that says so: %j", (options, sentence) => {
  expect(() => checkOptions(options)).toThrow(sentence);
  expect(() => checkOptions(options)).toThrow(SettingError);
});

test("an option that is undefined is not given", () => {
  expect(() => checkOptions({ serviceName: undefined, spans: undefined, root: undefined })).not.toThrow();
});
