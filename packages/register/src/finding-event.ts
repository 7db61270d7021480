import { SeverityNumber, type AnyValue, type Logger } from "@opentelemetry/api";
import type { Finding, HoldupObserver, Severity } from "@holdup/observer";
import { attribute, event } from "@holdup/protocol";

const severities: Readonly<Record<Severity, SeverityNumber>> = {
  info: SeverityNumber.INFO,
  warning: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

/** Tells of every finding as a log record, and again when it was found again. */
export class FindingEvents {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  tell(observer: HoldupObserver): void {
    for (const finding of observer.takeFindings()) {
      this.#logger.emit({
        eventName: event.finding,
        timestamp: Date.now(),
        severityNumber: severities[finding.severity],
        severityText: finding.severity,
        attributes: { [attribute.findingId]: finding.id },
        body: bodyOf(finding),
      });
    }
  }
}

function bodyOf({ id: _id, sites, spans, primitives, ...plain }: Finding): Record<string, AnyValue> {
  return {
    ...plain,
    primitives: [...primitives],
    sites: sites.map((site) => ({ ...site })),
    spans: spans.map((span) => ({ ...span })),
  };
}
