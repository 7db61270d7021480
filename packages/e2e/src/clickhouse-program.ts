/** ClickHouse's engine in a process of its own, for programs that come and go while it stays. */

import { Program } from "./wired-program.ts";

export class ClickHouseProgram extends Program {
  constructor() {
    super(["--conditions=@holdup/source", "packages/collector/src/testing/clickhouse-program.ts"]);
  }

  /** Its address, as soon as it listens; its data lies in a folder that goes with it. */
  async url(): Promise<string> {
    const [, url = ""] = await this.line(/^(http:\S+)$/);
    return url;
  }
}
