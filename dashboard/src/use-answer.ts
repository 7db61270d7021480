import { useEffect, useState } from "react";
import type { Question, QuestionName, Questions } from "./data-source.ts";
import { usePlace } from "./location.ts";
import { useHoldup, useStore } from "./store.ts";

/** How often what is live is asked again, in milliseconds. */
const againMs = 2000;

/** What is known of a question. */
export interface Known<Answer> {
  /** Undefined until the first answer. */
  readonly answer: Answer | undefined;
  /** Whether the last attempt failed; an answer from before stays. */
  readonly failed: boolean;
  /** Whether the answer is to the question before, while the new one is asked. */
  readonly stale: boolean;
}

interface Held {
  readonly text: string;
  readonly answer: unknown;
  readonly failed: boolean;
}

const nothing: Held = { text: "", answer: undefined, failed: false };

/**
 * Asks the data source, and again every two seconds as long as the page is live and the question isn't about a past
 * that doesn't change (it has a `to`; of a recording all is over). Undefined asks nothing.
 */
export function useAnswer<Name extends QuestionName>(
  question: Question<Name> | undefined,
): Known<Questions[Name]["answer"]> {
  const store = useStore();
  const isOver = useHoldup((state) => state.recorded !== undefined);
  const still = usePlace().pausedAt !== undefined || isOver;
  const [held, hold] = useState(nothing);
  const text = question === undefined ? "" : JSON.stringify(question);

  useEffect(() => {
    if (text === "") return undefined;
    const asked = JSON.parse(text) as Question<Name> & { readonly to?: number };
    const over = new AbortController();
    let timer: number | undefined;
    const ask = async (): Promise<void> => {
      const answer = await store.ask(asked, over.signal).catch(() => undefined);
      if (over.signal.aborted) return;
      hold((before) =>
        answer === undefined
          ? { text, answer: before.text === text ? before.answer : undefined, failed: true }
          : { text, answer, failed: false },
      );
      const settled = answer !== undefined && (still || asked.to !== undefined);
      if (!settled) timer = window.setTimeout(() => void ask(), againMs);
    };
    void ask();
    return () => {
      over.abort();
      window.clearTimeout(timer);
    };
  }, [store, text, still]);

  if (text === "") return { answer: undefined, failed: false, stale: false };
  return {
    answer: held.answer,
    failed: held.failed,
    stale: held.text !== text,
  };
}
