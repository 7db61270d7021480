/** Where two answers differ, and how; undefined if they are equal but for the last digits of numbers. */
export function difference(actual: unknown, expected: unknown, path = ""): string | undefined {
  if (typeof actual === "number" && typeof expected === "number") {
    const near = Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
    return near ? undefined : `${path}: ${actual} instead of ${expected}`;
  }
  if (!isObject(actual) || !isObject(expected)) {
    return actual === expected ? undefined : `${path}: ${text(actual)} instead of ${text(expected)}`;
  }
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  for (const key of keys) {
    const found = difference(actual[key], expected[key], `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
