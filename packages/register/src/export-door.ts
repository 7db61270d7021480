import { ExportResultCode, type ExportResult } from "@opentelemetry/core";

interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

/**
 * Once closed, the exporters that it guards fail at once. An exporter whose receiver is gone tries
 * again for seconds, and its timers keep the process alive: a program must not end later for being
 * observed.
 */
export class ExportDoor {
  #closed = false;

  /** Puts the door before an exporter; returns the same one. */
  guard<Items, Guarded extends Exporter<Items>>(exporter: Guarded & Exporter<Items>): Guarded {
    const pass = exporter.export.bind(exporter);
    exporter.export = (items, done) => {
      if (this.#closed) done({ code: ExportResultCode.FAILED });
      else pass(items, done);
    };
    return exporter;
  }

  close(): void {
    this.#closed = true;
  }
}
