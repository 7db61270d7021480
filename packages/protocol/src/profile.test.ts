import { expect, test } from "vitest";
import { recogniseProfile } from "./profile.ts";

test.each([
  ["recording", JSON.stringify({ format: "holdup-recording", version: 1 })],
  ["cpuprofile", JSON.stringify({ nodes: [], samples: [] })],
  ["trace", JSON.stringify({ traceEvents: [] })],
  ["folded", "main;serve 12\nmain;serve;sign 3\n"],
  ["folded", "one 0.5"],
])("a %s is known by its content", (kind, text) => {
  expect(recogniseProfile(text).kind).toBe(kind);
});

test.each([
  ["", /neither JSON nor folded stacks/],
  ["just text", /neither JSON nor folded stacks/],
  ["# notes\nmain;serve 12", /neither JSON nor folded stacks/],
  ["[1]", /no recording of Holdup's/],
  ['{"nodes":1,"samples":[]}', /no recording of Holdup's/],
  ["{", /can't be read/],
])("what is none is told in a sentence: %s", (text, sentence) => {
  expect(() => recogniseProfile(text)).toThrow(sentence);
});
