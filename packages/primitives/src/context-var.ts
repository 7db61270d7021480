import { kindOf } from "./argument.ts";
import { ContextValueError, invalidArgument } from "./errors.ts";
import { scopeNow } from "./scope.ts";

type AnyVar = ContextVar<unknown>;

/** The values of all context variables in one task: an immutable map that `set` replaces. */
export class Variables {
  values: ReadonlyMap<AnyVar, unknown>;

  constructor(values: ReadonlyMap<AnyVar, unknown>) {
    this.values = values;
  }

  /** What a task gets at its creation: the same values, and from then on its own (CV1). */
  copy(): Variables {
    return new Variables(this.values);
  }
}

// Of code that runs in no task.
const outside = new Variables(new Map());

/** The variables of the code that runs now. */
export function variablesNow(): Variables {
  return scopeNow()?.variables ?? outside;
}

/** What `set` gives, to take back its change. */
export interface Token<T> {
  readonly variable: ContextVar<T>;
}

interface Change<T> extends Token<T> {
  readonly variables: Variables;
  readonly before: { readonly value: T } | undefined;
  used: boolean;
}

/**
 * A variable with a value for each task. A task starts with its spawner's values; what either sets
 * later, the other does not see. A function that is called and awaited shares its caller's values.
 * The copy is shallow.
 *
 * @example
 * ```ts
 * const user = new ContextVar<string>("user", "nobody");
 * const token = user.set("alice");
 * user.get(); // "alice"
 * user.reset(token);
 * ```
 */
export class ContextVar<T> {
  readonly name: string;
  readonly #default: [T?];

  constructor(name: string, ...defaultValue: [T?]) {
    this.name = name;
    this.#default = defaultValue;
  }

  /**
   * The value set, else `fallback`, else the variable's default.
   *
   * @throws ContextValueError if there is none of them
   */
  get(...fallback: [T?]): T {
    const { values } = variablesNow();
    if (values.has(this)) return values.get(this) as T;
    const [given] = fallback.length > 0 ? fallback : this.#default;
    if (fallback.length === 0 && this.#default.length === 0) {
      throw new ContextValueError(`${this.name} has no value here; set one, or give get() a fallback`);
    }
    return given as T;
  }

  /** Sets the value for this task and for those that it spawns from now on. */
  set(value: T): Token<T> {
    const variables = variablesNow();
    const { values } = variables;
    const before = values.has(this) ? { value: values.get(this) as T } : undefined;
    variables.values = new Map(values).set(this, value);
    const change: Change<T> = { variable: this, variables, before, used: false };
    return change;
  }

  /**
   * Takes back the change that the token stands for, also to having no value.
   *
   * @throws ContextValueError for a token that was used, or of another variable or task; TypeError for what
   *   is no token
   */
  reset(token: Token<T>): void {
    const change = token as Change<T>;
    if (typeof (change as Change<T> | null)?.used !== "boolean") {
      throw invalidArgument(`reset of ${this.name} takes the token that set() gave, not ${kindOf(token)}`);
    }
    if (change.variable !== this) {
      throw new ContextValueError(`the token is of ${change.variable.name}, not of ${this.name}`);
    }
    if (change.used) throw new ContextValueError(`the token of ${this.name} was used already`);
    if (change.variables !== variablesNow()) {
      throw new ContextValueError(`the token of ${this.name} was made in another task`);
    }
    change.used = true;
    const values = new Map(change.variables.values);
    if (change.before === undefined) values.delete(this);
    else values.set(this, change.before.value);
    change.variables.values = values;
  }
}
