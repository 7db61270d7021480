/** What a person asked for could not be done: one sentence, and the exit code of the command. */
export class Failure extends Error {
  /** 1: the thing asked about failed; 2: it was asked wrongly. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
