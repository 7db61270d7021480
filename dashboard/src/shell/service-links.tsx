import type { ReactNode } from "react";
import { PlaceLink } from "../place-link.tsx";

/** The services that there is something of, each to go to, and all of them. */
export function ServiceLinks({ services }: { readonly services: readonly string[] }): ReactNode {
  return (
    <ul className="service-links" aria-label="Services">
      {services.map((service) => (
        <li key={service}>
          <PlaceLink to={{ service, selected: undefined }}>
            <bdi className="name">{service}</bdi>
          </PlaceLink>
        </li>
      ))}
      <li>
        <PlaceLink to={{ service: undefined, selected: undefined }}>All services</PlaceLink>
      </li>
    </ul>
  );
}
