import type { ComponentType } from "react";
import { HotSpots } from "./hot-spots/hot-spots.tsx";

/** One page of the dashboard. */
export interface View {
  readonly name: string;
  readonly Page: ComponentType;
}

/** The home page comes first. A view is one folder, and one line here. */
export const views: readonly [View, ...View[]] = [{ name: "Hot spots", Page: HotSpots }];
