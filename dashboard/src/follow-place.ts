import { getPlace, subscribeToPlace } from "./location.ts";
import type { Store } from "./store.ts";

/** Has the store follow the address: its service, and since when it stands still. */
export function followPlace(store: Store): void {
  let { service } = getPlace();
  store.pause(getPlace().pausedAt);
  subscribeToPlace(() => {
    const place = getPlace();
    if (place.service !== service) {
      service = place.service;
      store.watch(service);
    }
    store.pause(place.pausedAt);
  });
}
