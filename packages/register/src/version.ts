/** The version of this package, as its telemetry names it. */
export const version = "0.0.0";
