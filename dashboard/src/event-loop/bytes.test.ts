import { expect, test } from "vitest";
import { formatBytes } from "./bytes.ts";

test.for<[bytes: number, text: string]>([
  [0, "0 B"],
  [512, "512 B"],
  [48_240_000, "48.2 MB"],
  [1_312_000_000, "1.3 GB"],
  [999_600_000, "1.0 GB"],
  [Number.NaN, "–"],
])("%d bytes are %s", ([bytes, text]) => {
  expect(formatBytes(bytes).replace("\u00A0", " ")).toBe(text);
});
