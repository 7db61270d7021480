/** Tells what is going on: sentences for people, or one JSON object a line. */
export interface Announcer {
  /** Says `sentence`, or as JSON the event with its details. */
  say(event: string, details: Readonly<Record<string, unknown>>, sentence: string): void;
}

/** An announcer on standard output. */
export function announcer(json: boolean): Announcer {
  return {
    say(event, details, sentence) {
      process.stdout.write(json ? `${JSON.stringify({ event, ...details })}\n` : `${sentence}\n`);
    },
  };
}
