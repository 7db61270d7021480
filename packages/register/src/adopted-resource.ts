import type { Attributes } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";

type RawAttributes = ReturnType<Resource["getRawAttributes"]>;

/**
 * As whom everything is sent: what Holdup knows of the program, until the program's own SDK is found, and then what that
 * says. Providers keep the resource that they were made with; this one they may keep.
 */
export class AdoptedResource implements Resource {
  readonly #own: Resource;
  #current: Resource;
  #adopted: Resource | undefined = undefined;

  constructor(own: Resource) {
    this.#own = own;
    this.#current = own;
  }

  /** From now on it is the other one, completed by what only Holdup says: which instance it is. */
  adopt(other: Resource): void {
    if (this.#adopted === other) return;
    this.#adopted = other;
    this.#current = this.#own.merge(other);
  }

  get asyncAttributesPending(): boolean {
    return this.#current.asyncAttributesPending ?? false;
  }

  get attributes(): Attributes {
    return this.#current.attributes;
  }

  get schemaUrl(): string {
    return this.#current.schemaUrl ?? "";
  }

  async waitForAsyncAttributes(): Promise<void> {
    await this.#current.waitForAsyncAttributes?.();
  }

  merge(other: Resource | null): Resource {
    return this.#current.merge(other);
  }

  getRawAttributes(): RawAttributes {
    return this.#current.getRawAttributes();
  }
}
