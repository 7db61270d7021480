// What the examples use of `pg`, so that they compile where it is not installed.
declare module "pg" {
  export class Client {
    constructor(options: { connectionString?: string });
    connect(): Promise<void>;
    query(sql: string): Promise<{ rows: Record<string, unknown>[] }>;
    end(): Promise<void>;
  }
}
