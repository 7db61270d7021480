/** What the expressions of a workflow can ask for. */
export interface ExpressionContext {
  readonly github: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly steps: Readonly<Record<string, { readonly outputs: Readonly<Record<string, string>> }>>;
  /** Whether a step before has failed. */
  readonly failed: boolean;
}

/** Text with the values of its `${{ … }}`. */
export function interpolate(text: string, context: ExpressionContext): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    textOf(evaluate(expression, context)),
  );
}

/**
 * The value of an expression of a workflow: names, strings, numbers, `==`, `!=`, `!`, `&&`, `||`, brackets and the functions that
 * tell how the job goes.
 *
 * @throws Error for anything else
 */
export function evaluate(expression: string, context: ExpressionContext): unknown {
  const inner = /^\s*\$\{\{(.*)\}\}\s*$/.exec(expression)?.[1] ?? expression;
  const parser = new Parser(tokensOf(inner), context);
  return parser.whole();
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

function tokensOf(expression: string): string[] {
  return expression.match(/'(?:[^']|'')*'|[\w.-]+|==|!=|&&|\|\||[()!]/g) ?? [];
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #context: ExpressionContext;
  #at = 0;

  constructor(tokens: readonly string[], context: ExpressionContext) {
    this.#tokens = tokens;
    this.#context = context;
  }

  whole(): unknown {
    const value = this.#either();
    if (this.#at < this.#tokens.length) throw new Error(`"${this.#tokens[this.#at]}" was not expected`);
    return value;
  }

  #either(): unknown {
    let value = this.#both();
    while (this.#take("||")) {
      const other = this.#both();
      value = truthy(value) ? value : other;
    }
    return value;
  }

  #both(): unknown {
    let value = this.#compared();
    while (this.#take("&&")) {
      const other = this.#compared();
      value = truthy(value) ? other : value;
    }
    return value;
  }

  #compared(): unknown {
    const value = this.#single();
    if (this.#take("==")) return textOf(value) === textOf(this.#single());
    if (this.#take("!=")) return textOf(value) !== textOf(this.#single());
    return value;
  }

  #single(): unknown {
    if (this.#take("!")) return !truthy(this.#single());
    if (this.#take("(")) {
      const value = this.#either();
      if (!this.#take(")")) throw new Error('")" is missing');
      return value;
    }
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error("a value is missing");
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (this.#take("(")) return this.#call(token);
    return named(token, this.#context);
  }

  #call(name: string): boolean {
    if (!this.#take(")")) throw new Error(`${name} takes nothing here`);
    const { failed } = this.#context;
    if (name === "always") return true;
    if (name === "success") return !failed;
    if (name === "failure") return failed;
    if (name === "cancelled") return false;
    throw new Error(`there is no ${name}() here`);
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }
}

function truthy(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && value !== false && value !== 0;
}

function named(token: string, context: ExpressionContext): unknown {
  if (token === "true" || token === "false") return token === "true";
  if (/^\d+$/.test(token)) return Number(token);
  let value: unknown = context;
  for (const part of token.split(".")) value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}
