/**
 * Where the page's data comes from: a collector's live socket, or a recorded file. Views don't ask which, but for what
 * they say of the time (`useRecorded`); what they need beyond the state, they ask the source for.
 */

import type {
  EventLoopHistory,
  HotSpot,
  KeptFinding,
  KeptHold,
  KeptWait,
  Page,
  PrimitiveDetail,
  ProfileItem,
  WaitGraphItem,
  WaitsProfile,
} from "@holdup/protocol";
import type { Message } from "./state.ts";

/** What can be asked, and the answer. A new question is a line here, and one in `api-path.ts`. */
export interface Questions {
  readonly hotSpots: {
    readonly parameters: Stretch & { readonly by: "primitive" | "waiter" | "holder" } & OfService;
    readonly answer: Page<HotSpot>;
  };
  /** Null: nothing is known of it in that time. */
  readonly primitive: {
    readonly parameters: Stretch & Pick<HotSpot, "service" | "primitive">;
    readonly answer: PrimitiveDetail | null;
  };
  readonly waits: {
    readonly parameters: Stretch & OfService & { readonly primitive?: string | undefined } & Paged;
    readonly answer: Page<KeptWait>;
  };
  readonly holds: { readonly parameters: Stretch & OfService & Paged; readonly answer: Page<KeptHold> };
  readonly waitGraph: { readonly parameters: OfService; readonly answer: Page<WaitGraphItem> };
  readonly findings: { readonly parameters: Stretch & OfService; readonly answer: Page<KeptFinding> };
  readonly eventLoops: { readonly parameters: Stretch & OfService; readonly answer: Page<EventLoopHistory> };
  readonly profiles: { readonly parameters: OfService; readonly answer: Page<ProfileItem> };
  readonly waitsProfile: { readonly parameters: Stretch & OfService; readonly answer: WaitsProfile };
  /** What was sent: JSON, or the text of folded stacks; null: it is not there any more. `to`: it is over. */
  readonly profile: {
    readonly parameters: { readonly id: string; readonly to: number };
    readonly answer: unknown;
  };
}

/** A stretch of time, Unix ms; absent: the last fifteen minutes. */
interface Stretch {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Newest first, page by page. */
interface Paged {
  readonly limit: number;
  /** The `next` of the page before; absent: the first. */
  readonly cursor?: string | undefined;
}

interface OfService {
  /** Absent: all services. */
  readonly service?: string | undefined;
}

/** A question's name. */
export type QuestionName = keyof Questions;

/** A question with its parameters. */
export type Question<Name extends QuestionName = QuestionName> = {
  readonly [N in Name]: { readonly name: N } & Questions[N]["parameters"];
}[Name];

export interface DataSource {
  /** Tells the listener what arrives from now on. */
  start(listener: (message: Message) => void): void;
  /** Asks for one service's hot spots, or everyone's, to be told from now on. */
  watch(service: string | undefined): void;
  /** Asks for a new snapshot, since a change was missed. */
  resync(): void;
  /** Answers a question once. Rejects if there is no answer, or when the signal says that nobody waits for it. */
  ask<Name extends QuestionName>(
    question: Question<Name>,
    signal: AbortSignal,
  ): Promise<Questions[Name]["answer"]>;
  /** Keeps a profile where others can ask for it; undefined: this source keeps nothing. */
  keep?(name: string, profile: Blob): Promise<ProfileItem>;
}
