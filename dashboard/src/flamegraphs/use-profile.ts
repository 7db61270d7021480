import { type ProfileItem, type ProfileKind } from "@holdup/protocol";
import { useSpan } from "../use-span.ts";
import { useAnswer } from "../use-answer.ts";
import { opened } from "./opened.ts";

/** A profile as it is known so far. */
export interface KnownProfile {
  readonly kind: ProfileKind;
  /** Undefined until it has come. */
  readonly content: unknown;
  /** It was asked for, and is not there. */
  readonly missing: boolean;
  /** Nobody answered when it was asked for last. */
  readonly failed: boolean;
}

/** The content of a profile: one opened in this page, or what the data source has. */
export function useProfile(item: ProfileItem, service: string | undefined): KnownProfile {
  const span = useSpan();
  const own = opened.get(item.id);
  const isLive = own === undefined && item.id === "waits";
  const waits = useAnswer(isLive ? { name: "waitsProfile", service, ...span } : undefined);
  const kept = useAnswer(
    own === undefined && !isLive ? { name: "profile", id: item.id, to: item.receivedAt } : undefined,
  );
  if (own !== undefined) return { ...own, missing: false, failed: false };
  const { answer, failed }: { readonly answer: unknown; readonly failed: boolean } = isLive ? waits : kept;
  return { kind: item.kind, content: answer ?? undefined, missing: answer === null, failed };
}
