import { types } from "node:util";

// oxlint-disable-next-line typescript/no-explicit-any -- what a library's own code is called with
export type Callable = (this: any, ...args: any[]) => any;
// oxlint-disable-next-line typescript/no-explicit-any -- as above
type Constructor = (new (...args: any[]) => object) & { readonly prototype: object };
type Made<Instance> = (instance: Instance, args: readonly unknown[]) => void;
type Key = string | symbol;

/** What was changed of a library, so that it can be changed back. */
export class Patches {
  readonly #undo: (() => void)[] = [];
  readonly #done = new WeakSet<object>();
  // One replacement for an original, under however many names and in however many copies of the exports it is found.
  readonly #replacements = new WeakMap<object, unknown>();

  /** False from the second time on: a library is loaded as ESM and as CommonJS, and both may be the same. */
  once(target: object): boolean {
    if (this.#done.has(target)) return false;
    this.#done.add(target);
    return true;
  }

  /** Wraps a method; its name and length stay. Whoever lacks it is left alone. */
  method(target: object, key: Key, wrap: (original: Callable) => Callable): void {
    const descriptor = Object.getOwnPropertyDescriptor(target, key);
    if (typeof descriptor?.value !== "function") return;
    const original = descriptor.value as Callable;
    this.define(target, key, { ...descriptor, value: alike(wrap(original), original) });
  }

  /** Defines a property, until it is undone. */
  define(target: object, key: Key, descriptor: PropertyDescriptor): void {
    const before = Object.getOwnPropertyDescriptor(target, key);
    Object.defineProperty(target, key, descriptor);
    this.#undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, key);
      else Object.defineProperty(target, key, before);
    });
  }

  /**
   * Puts something else in the place of an export. Returns the exports to hand on: those given, or a copy where they
   * can't be written (getters of a compiler, the namespace that `require` of an ES module gives).
   */
  export<Exports extends object>(exports: Exports, key: string, make: (original: never) => object): Exports {
    const original: unknown = Reflect.get(exports, key);
    if (original === null || (typeof original !== "object" && typeof original !== "function")) return exports;
    const replacement = this.replacement(original, make);
    if (replacement === original) return exports;
    if (isSet(exports, key, replacement)) {
      this.#undo.push(() => void Reflect.set(exports, key, original));
      return exports;
    }
    return copyWith(exports, key, replacement);
  }

  /**
   * Calls `made` with every object that a class of these exports makes, subclasses included, and the arguments of its
   * making. Everything else about the class stays as it is.
   */
  constructing<Exports extends object, Instance>(
    exports: Exports,
    key: string,
    made: Made<Instance>,
  ): Exports {
    return this.export(exports, key, (original: Constructor) => this.#observed(original, made));
  }

  /** The same for a class that is all of the exports. */
  class<Class extends Constructor, Instance>(original: Class, made: Made<Instance>): Class {
    return this.replacement(original, () => this.#observed(original, made));
  }

  #observed<Class extends Constructor, Instance>(original: Class, made: Made<Instance>): Class {
    const double = new Proxy(original, {
      construct(target, args: unknown[], newTarget: Constructor) {
        const instance = Reflect.construct<unknown[], object>(target, args, newTarget);
        made(instance as Instance, args);
        return instance;
      },
    });
    const { prototype } = original;
    if (Object.hasOwn(prototype, "constructor")) {
      this.define(prototype, "constructor", { configurable: true, writable: true, value: double });
    }
    return double;
  }

  /** What stands for an original: always the same. What is itself a replacement stays. */
  replacement<Original extends object>(original: Original, make: (original: never) => object): Original {
    let replacement = this.#replacements.get(original);
    if (replacement === undefined) {
      replacement = make(original as never);
      this.#replacements.set(original, replacement);
      this.#replacements.set(replacement as object, replacement);
    }
    return replacement as Original;
  }

  /** Everything is as it was before. */
  undo(): void {
    for (const undo of this.#undo.splice(0).toReversed()) undo();
  }
}

/** Gives a function the name and length of the one that it stands for. */
export function alike<Fn extends Callable>(wrapper: Fn, original: Callable): Fn {
  for (const key of ["name", "length"] as const) {
    Object.defineProperty(wrapper, key, { configurable: true, value: original[key] });
  }
  return wrapper;
}

function isSet(exports: object, key: string, value: unknown): boolean {
  try {
    return Reflect.set(exports, key, value) && Reflect.get(exports, key) === value;
  } catch {
    return false;
  }
}

// Live where the original is live: getters stay, and what a namespace exports is read when it is asked for.
function copyWith<Exports extends object>(exports: Exports, key: string, value: unknown): Exports {
  const isModule = types.isModuleNamespaceObject(exports);
  const properties = Object.getOwnPropertyDescriptors(exports) as Record<Key, PropertyDescriptor>;
  for (const name of Reflect.ownKeys(properties)) {
    const property = properties[name] as PropertyDescriptor;
    const get = (): unknown => Reflect.get(exports, name);
    properties[name] =
      isModule && typeof name === "string"
        ? { configurable: true, enumerable: true, get }
        : { ...property, configurable: true };
  }
  properties[key] = { configurable: true, enumerable: true, writable: true, value };
  // What compilers ask for, to tell a module from an object that stands for its default.
  if (isModule) properties["__esModule"] ??= { value: true };
  return Object.create(isModule ? null : Object.getPrototypeOf(exports), properties) as Exports;
}
