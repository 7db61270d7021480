import { beforeAll, expect, test } from "vitest";
import { checkPrograms, programNames } from "./programs.ts";

const names = programNames();
let complaints: Map<string, Promise<string>>;

beforeAll(() => {
  complaints = checkPrograms(names);
});

test.for(names)("%s prints what it should", { timeout: 120_000 }, async (name) => {
  expect(await complaints.get(name)).toBe("");
});
