/** A setting that can't be used: one sentence that says which, what it is, and what it must be. */
export class SettingError extends Error {
  readonly code = "ERR_HOLDUP_SETTING";

  static {
    this.prototype.name = "SettingError";
  }
}
