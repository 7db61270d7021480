import { ExportResultCode, type ExportResult } from "@opentelemetry/core";

/** An exporter of anything that sends nothing, for what nobody wants; `dropped` is called whenever there is something. */
export class Nowhere {
  readonly #dropped: () => void;

  constructor(dropped: () => void = () => {}) {
    this.#dropped = dropped;
  }

  export(_items: unknown, done: (result: ExportResult) => void): void {
    this.#dropped();
    done({ code: ExportResultCode.SUCCESS });
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
