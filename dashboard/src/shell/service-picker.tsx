import type { ReactNode } from "react";
import { goTo, usePlace } from "../location.ts";
import { useLive } from "../store.ts";

const none: readonly string[] = [];

/** Chooses one service; the name alone when there is only one. */
export function ServicePicker(): ReactNode {
  const { service } = usePlace();
  const known = useLive((state) => state.status?.services ?? none);
  const services = service === undefined || known.includes(service) ? known : [...known, service];

  if (services.length === 0) return null;
  if (services.length === 1 && service === undefined) {
    return <span className="service">{<bdi title={services[0]}>{services[0]}</bdi>}</span>;
  }

  return (
    <label className="service">
      <span className="visually-hidden">Service</span>
      <select
        value={service ?? ""}
        onChange={(event) => goTo({ service: event.target.value || undefined, selected: undefined })}
      >
        <option value="">All services</option>
        {services.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
