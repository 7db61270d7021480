/** Profiles that were opened in this page and that its data source does not keep: gone with a reload. */

import type { ProfileItem, ProfileKind } from "@holdup/protocol";

interface Opened {
  readonly item: ProfileItem;
  readonly kind: ProfileKind;
  readonly content: unknown;
}

export const opened = new Map<string, Opened>();
