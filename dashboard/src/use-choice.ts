import { useOwn } from "./location.ts";

/** One of a few ways to show something, remembered in the address under that name; the first is not written there. */
export function useChoice<Value extends string>(
  name: string,
  options: readonly [{ readonly value: Value }, ...{ readonly value: Value }[]],
): [Value, (value: Value) => void] {
  const [text, setText] = useOwn(name);
  const [first] = options;
  const known = options.find(({ value }) => value === text) ?? first;
  return [known.value, (value) => setText(value === first.value ? "" : value)];
}
