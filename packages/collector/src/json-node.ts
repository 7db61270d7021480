/**
 * An object of a JSON document, read by protobuf's JSON mapping: every getter answers undefined for
 * what is absent or null and throws for what has another type, naming the place.
 */

import { DecodeError } from "./decode-error.ts";
import { maxJsonDepth, maxObjects } from "./decode-limits.ts";
import { exceeds } from "./json-depth.ts";

type JsonObject = Readonly<Record<string, unknown>>;

export class JsonNode {
  readonly #object: JsonObject;
  readonly #path: string;

  constructor(object: JsonObject, path: string) {
    this.#object = object;
    this.#path = path;
  }

  /** The object that the bytes hold. */
  static parse(body: Uint8Array): JsonNode {
    // A few megabytes of brackets would keep the parser busy for a second, or become a gigabyte of objects.
    const limit = exceeds(body, { maxDepth: maxJsonDepth, maxObjects });
    if (limit === "maxDepth")
      throw new DecodeError(`The JSON body is nested more than ${maxJsonDepth} deep.`);
    if (limit !== undefined) throw new DecodeError(`The JSON body has more than ${maxObjects} objects.`);
    const document = parse(body);
    if (isObject(document)) return new JsonNode(document, "");
    throw new DecodeError("The JSON body is not an object.");
  }

  object(name: string): JsonNode | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (isObject(value)) return new JsonNode(value, this.#place(name));
    throw this.#mismatch(name, "an object");
  }

  /** The objects in a list; none if it is absent. */
  list(name: string): JsonNode[] {
    return this.#array(name).map((value, i) => {
      if (isObject(value)) return new JsonNode(value, `${this.#place(name)}[${i}]`);
      throw this.#mismatch(`${name}[${i}]`, "an object");
    });
  }

  string(name: string): string | undefined {
    const value = this.#get(name);
    if (value === undefined || typeof value === "string") return value;
    throw this.#mismatch(name, "a string");
  }

  boolean(name: string): boolean | undefined {
    const value = this.#get(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw this.#mismatch(name, "a boolean");
  }

  /** A whole number, written as a number or a string. */
  integer(name: string): number | undefined {
    const value = this.#get(name);
    return value === undefined ? undefined : this.#whole(value, name);
  }

  /** A whole number that isn't negative. */
  unsigned(name: string): number | undefined {
    const value = this.#get(name);
    return value === undefined ? undefined : this.#natural(value, name);
  }

  unsignedList(name: string): number[] {
    return this.#array(name).map((value, i) => this.#natural(value, `${name}[${i}]`));
  }

  /** A floating-point number, written as a number or a string; "NaN" and "Infinity" too. */
  double(name: string): number | undefined {
    const value = this.#get(name);
    return value === undefined ? undefined : this.#floating(value, name);
  }

  doubleList(name: string): number[] {
    return this.#array(name).map((value, i) => this.#floating(value, `${name}[${i}]`));
  }

  /** The number of an enum's value, which may be given by name; 0 if absent. Names stand in the order of their numbers. */
  enumeration(name: string, names: readonly string[]): number {
    const value = this.#get(name);
    if (value === undefined) return 0;
    const number = typeof value === "string" ? names.indexOf(value) : value;
    if (Number.isInteger(number) && number !== -1) return number as number;
    throw this.#mismatch(name, `a number or one of ${names.join(", ")}`);
  }

  /** An id of so many hex digits, in lower case; empty if absent. */
  hex(name: string, digits: number): string {
    const id = this.string(name) ?? "";
    if (id === "" || (id.length === digits && /^[\da-f]+$/i.test(id))) return id.toLowerCase();
    throw this.#mismatch(name, `${digits} hex digits`);
  }

  base64(name: string): Uint8Array | undefined {
    const text = this.string(name);
    if (text === undefined) return undefined;
    if (/^[\w+/-]*={0,2}$/.test(text)) return Buffer.from(text, "base64");
    throw this.#mismatch(name, "base64");
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#object, name) ? (this.#object[name] ?? undefined) : undefined;
  }

  #array(name: string): readonly unknown[] {
    const value = this.#get(name) ?? [];
    if (Array.isArray(value)) return value;
    throw this.#mismatch(name, "an array");
  }

  #floating(value: unknown, name: string): number {
    if (typeof value === "number") return value;
    if (value === "NaN") return Number.NaN;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) throw this.#mismatch(name, "a number");
    return number;
  }

  #natural(value: unknown, name: string): number {
    const number = this.#whole(value, name);
    if (number >= 0) return number;
    throw this.#mismatch(name, "a whole number that isn't negative");
  }

  #whole(value: unknown, name: string): number {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (Number.isInteger(number)) return number as number;
    throw this.#mismatch(name, "a whole number");
  }

  #place(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  #mismatch(name: string, expected: string): DecodeError {
    return new DecodeError(`${this.#place(name)} is not ${expected}.`);
  }
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(text.decode(body));
  } catch (error) {
    throw new DecodeError("The body is not JSON.", { cause: error });
  }
}

const text = new TextDecoder();

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
