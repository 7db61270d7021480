import { moveTo } from "../location.ts";
import { useStore } from "../store.ts";

/** Shows one service, or all. */
export function useChooseService(): (service: string | undefined) => void {
  const store = useStore();
  return (service) => {
    moveTo({ service, selected: undefined });
    store.watch(service);
  };
}
