/** What this page uses of d3-timer, which brings no types. */
declare module "d3-timer" {
  /** Does at once what is due. */
  export function timerFlush(): void;
}
