import type { Patches } from "./patches.ts";

type Wrap<Exports> = (exports: Exports, patches: Patches) => unknown;

/**
 * Wraps a library that is CommonJS whoever loads it: to an ES module its exports are the default of a namespace, and under
 * their own names, too.
 */
export function commonJs<Exports extends object>(wrap: Wrap<Exports>): Wrap<Exports | { default: Exports }> {
  return (exports, patches) => {
    if (Reflect.get(exports, Symbol.toStringTag) !== "Module") return wrap(exports as Exports, patches);
    const namespace = exports as Record<string, object>;
    const original = namespace["default"] as Exports;
    const wrapped = (wrap(original, patches) ?? original) as Record<string, object>;
    for (const name of Object.keys(namespace)) {
      const value = namespace[name] === original ? wrapped : (wrapped[name] ?? namespace[name]);
      patches.export(namespace, name, () => value as object);
    }
    return namespace;
  };
}
