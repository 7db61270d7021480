import { SpanKind, trace } from "@opentelemetry/api";
import { Semaphore, sleep, type Hold } from "@holdup/primitives";
import type { Chance } from "./chance.ts";

/** A statement, and how long the modelled database takes for it. */
export interface Statement {
  /** For its span. */
  readonly name: string;
  readonly text: string;
  /** The quickest and the slowest answer, in milliseconds. */
  readonly tookMs: readonly [quickest: number, slowest: number];
}

// Without an OpenTelemetry SDK in the process, its spans are nothing and cost nothing.
const tracer = trace.getTracer("checkout");

/** How many connections the pool has. PLANTED: a few less than a busy hour asks for. */
export const defaultConnections = 3;

/**
 * The database behind the service: a small connection pool, and queries that take time. The rows
 * are kept by those who own them.
 *
 * @example
 * ```ts
 * using connection = await database.connections.acquire();
 * await database.query(connection, insertOrder);
 * ```
 */
export class Database {
  /** The pool. Who queries acquires a connection first, where the query is, so that the line tells whose it is. */
  readonly connections: Semaphore = new Semaphore(defaultConnections, "database");
  readonly #chance: Chance;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Runs a statement on a connection that is held. */
  async query(connection: Hold, statement: Statement): Promise<void> {
    if (connection.released) throw new Error(`${statement.text}: the connection is back in the pool`);
    const span = tracer.startSpan(statement.name, {
      kind: SpanKind.CLIENT,
      attributes: { "db.query.text": statement.text },
    });
    try {
      await sleep(this.#chance.between(...statement.tookMs));
    } finally {
      span.end();
    }
  }
}
