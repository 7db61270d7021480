import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

test("without arguments the service listens on port 3000, without load, for ever", () => {
  expect(readOptions([])).toEqual({
    port: 3000,
    load: 0,
    think: 20,
    seconds: Number.POSITIVE_INFINITY,
    seed: 1,
    help: false,
  });
});

test("arguments are read as numbers", () => {
  const args = ["--load", "12", "--port", "0", "--seconds", "0.5", "--think", "5", "--seed", "7"];

  expect(readOptions(args)).toMatchObject({ load: 12, port: 0, seconds: 0.5, think: 5, seed: 7 });
});

test("an argument that is no number is an error that names it", () => {
  expect(() => readOptions(["--load", "many"])).toThrow('--load takes a number of 0 or more, not "many"');
  expect(() => readOptions(["--port", "1.5"])).toThrow("--port takes a whole number, not 1.5");
  expect(() => readOptions(["--colour", "red"])).toThrow("--colour");
});
