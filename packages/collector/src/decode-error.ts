/** The body of an OTLP request cannot be understood; the message says where and why. */
export class DecodeError extends Error {
  override readonly name: string = "DecodeError";
  readonly code: string = "ERR_DECODE";
}
