import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { HoldupObserver } from "@holdup/observer";
import { scopeName } from "@holdup/protocol";
import { monotonic } from "./hr-time.ts";

/**
 * Tells the observer of the program's own spans: what ends while others wait for a holder may be what the holder was
 * waiting for. For a program with an OpenTelemetry SDK of its own, beside its other processors; it exports nothing.
 */
export class ActivityProcessor implements SpanProcessor {
  readonly #observer: HoldupObserver;

  constructor(observer: HoldupObserver) {
    this.#observer = observer;
  }

  onStart(): void {
    // It counts when it ends.
  }

  onEnd({ name, parentSpanContext, startTime, endTime, instrumentationScope }: ReadableSpan): void {
    // Its own waits the observer knows.
    if (parentSpanContext === undefined || instrumentationScope.name === scopeName) return;
    this.#observer.spanEnded({
      name,
      parentSpanId: parentSpanContext.spanId,
      startMs: monotonic(startTime),
      endMs: monotonic(endTime),
    });
  }

  async forceFlush(): Promise<void> {
    // Nothing is kept.
  }

  async shutdown(): Promise<void> {
    // Nothing is kept.
  }
}
