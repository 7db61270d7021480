import { useEffect, useState } from "react";
import { useIsLive, usePlace } from "../location.ts";
import { useStore } from "../store.ts";
import { useSpan } from "../use-span.ts";
import { collectSpans } from "./collect-spans.ts";
import { SpanBook } from "./span-book.ts";
import type { Span } from "./span.ts";

/** How often what is live is asked for again, and how late a span may arrive after its end, in milliseconds. */
const againMs = 2000;
const lateMs = 30_000;

export interface KnownSpans {
  readonly spans: readonly Span[];
  /** Whether the first look at the whole stretch of time goes on. */
  readonly loading: boolean;
  /** Whether there are more than the page can hold. */
  readonly full: boolean;
}

const nothing: KnownSpans = { spans: [], loading: true, full: false };

/** The kept waits and holds of the page's time; while it is live, those that came since, too. */
export function useSpans(): KnownSpans {
  const store = useStore();
  const { service } = usePlace();
  const span = useSpan();
  const [known, setKnown] = useState(nothing);
  const { from, to } = span ?? {};
  const live = useIsLive();

  useEffect(() => {
    const over = new AbortController();
    const book = new SpanBook();
    let timer: number | undefined;
    setKnown(nothing);

    const take = (loading: boolean) => (spans: readonly Span[]) => {
      book.add(spans);
      if (!over.signal.aborted) setKnown((before) => changed(before, book, loading));
      return !book.full;
    };
    const look = async (loading: boolean): Promise<void> => {
      const since = loading ? from : Math.floor((book.latestEnd ?? lateMs) - lateMs);
      const stretch = { service, from: since, to };
      // The banner says when nobody answers; what is known stays.
      const done = await collectSpans(store.ask.bind(store), stretch, over.signal, take(loading)).then(
        () => true,
        () => false,
      );
      if (over.signal.aborted) return;
      if (done) setKnown((before) => changed(before, book, false));
      if (live || !done) timer = window.setTimeout(() => void look(loading && !done), againMs);
    };
    void look(true);
    return () => {
      over.abort();
      window.clearTimeout(timer);
    };
  }, [store, service, from, to, live]);

  return known;
}

function changed(before: KnownSpans, { spans, full }: SpanBook, loading: boolean): KnownSpans {
  const same = before.spans === spans && before.loading === loading && before.full === full;
  return same ? before : { spans, loading, full };
}
