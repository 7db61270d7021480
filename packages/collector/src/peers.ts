/**
 * The other collectors of the same store, by way of Redis: on every tick each tells what it took in, so that viewers
 * of any see all. History does not depend on it; while Redis is gone, viewers see what their own collector heard.
 */

import type { createAdapter } from "@socket.io/redis-streams-adapter";
import type { createClient } from "redis";
import { Server } from "socket.io";
import { NewsDesk, readNews, type NewsMessage } from "./news.ts";
import { SharedRooms } from "./shared-rooms.ts";
import { StoreError } from "./store-error.ts";

export interface PeerOptions {
  /** How often news is told, in milliseconds. */
  readonly tickMs: number;
  readonly now: () => number;
  /** How much memory who waits and who holds may take; see `CurrentOptions`. */
  readonly maxCurrentBytes?: number | undefined;
  /** Told of how many things the others were not told, for want of room or of Redis. */
  readonly onDrop: (times: number) => void;
  readonly onError: (error: unknown) => void;
}

interface Messages {
  news: (message: NewsMessage) => void;
}

type Redis = ReturnType<typeof createClient>;
type Adapter = ReturnType<typeof createAdapter>;

const connectTimeoutMs = 5_000;
/** How long a blocked read delays the end of its connection, in milliseconds. */
const blockTimeInMs = 1_000;

export class Peers implements AsyncDisposable {
  readonly rooms: SharedRooms;
  readonly #desk: NewsDesk;
  readonly #redis: Redis;
  readonly #io: Server<Messages, Messages, Messages>;
  readonly #timer: NodeJS.Timeout;
  readonly #onDrop: (times: number) => void;
  readonly #onError: (error: unknown) => void;

  /** Reaches the Redis at `redis://user:password@host:6379`. Rejects with a StoreError if it can't. */
  static async join(url: string, options: PeerOptions): Promise<Peers> {
    const redis = await connect(url, options.onError);
    // Loaded here and not at the top, as the client is: most collectors stand alone, and it took a third of their start.
    const adapters = await import("@socket.io/redis-streams-adapter");
    const adapter = adapters.createAdapter(redis, {
      streamName: "holdup",
      channelPrefix: "holdup",
      blockTimeInMs,
    });
    return new Peers(redis, adapter, options);
  }

  private constructor(
    redis: Redis,
    adapter: Adapter,
    { tickMs, now, maxCurrentBytes, onDrop, onError }: PeerOptions,
  ) {
    this.#desk = new NewsDesk();
    this.rooms = new SharedRooms(now, this.#desk, { maxBytes: maxCurrentBytes });
    this.#redis = redis;
    this.#onDrop = onDrop;
    this.#onError = onError;
    this.#io = new Server();
    this.#io.adapter(adapter);
    this.#io.on("news", (message) => this.#receive(message));
    this.#timer = setInterval(() => this.#tell(), tickMs);
  }

  /** Tells what is left and leaves. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#tell();
    // It has no server of its own to close.
    await this.#io.of("/").adapter.close();
    await this.#redis.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // What can't be sent now is not kept for later: it would be old, and there would be more and more of it.
  #tell(): void {
    const { message, dropped } = this.#desk.take();
    if (dropped > 0) this.#onDrop(dropped);
    if (message === undefined) return;
    if (this.#redis.isReady) this.#io.serverSideEmit("news", message);
    else this.#onDrop(1);
  }

  #receive(message: NewsMessage): void {
    try {
      const news = readNews(message);
      if (news !== undefined) this.rooms.receive(news);
    } catch (error) {
      this.#onError(error);
    }
  }
}

async function connect(url: string, onError: (error: unknown) => void): Promise<Redis> {
  if (!URL.canParse(url) || !["redis:", "rediss:"].includes(new URL(url).protocol)) {
    throw new StoreError("The address of a Redis is like redis://user:password@host:6379.");
  }
  let joined = false;
  const { createClient } = await import("redis");
  const redis: Redis = createClient({
    url,
    socket: {
      connectTimeout: connectTimeoutMs,
      // At start whoever waits is told at once; later it goes on trying.
      reconnectStrategy: (retries) => joined && Math.min(100 * 2 ** retries, 2_000),
    },
  });
  redis.on("error", (error) => {
    if (joined) onError(error);
  });
  try {
    await redis.connect();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StoreError(`Redis can't be reached: ${code ?? message} (${new URL(url).host})`, {
      cause: error,
    });
  }
  joined = true;
  // The adapter does not wait for what it publishes.
  const publish = redis.publish.bind(redis);
  return Object.assign(redis, {
    publish: (...args: Parameters<typeof publish>) => publish(...args).catch(onError),
  }) as Redis;
}
