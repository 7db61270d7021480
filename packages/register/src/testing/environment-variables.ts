/** Variables of this process's environment that are set until disposed. */
export class EnvironmentVariables implements Disposable {
  readonly #before: ReadonlyMap<string, string | undefined>;

  constructor(variables: Readonly<Record<string, string>>) {
    this.#before = new Map(Object.keys(variables).map((name) => [name, process.env[name]]));
    Object.assign(process.env, variables);
  }

  [Symbol.dispose](): void {
    for (const [name, value] of this.#before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
