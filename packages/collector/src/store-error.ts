/** A store that can't be opened or used: one sentence that says what to do. */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
  readonly code: string = "ERR_STORE";
}
