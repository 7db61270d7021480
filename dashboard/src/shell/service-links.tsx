import type { MouseEvent, ReactNode } from "react";
import { writePlace } from "../location.ts";
import { defaultSort } from "../row-order.ts";
import { useChooseService } from "./use-choose-service.ts";

/** The services that there is something of, each to go to, and all of them. */
export function ServiceLinks({ services }: { readonly services: readonly string[] }): ReactNode {
  return (
    <ul className="service-links" aria-label="Services">
      {services.map((service) => (
        <li key={service}>
          <ServiceLink service={service} text={service} />
        </li>
      ))}
      <li>
        <ServiceLink service={undefined} text="All services" />
      </li>
    </ul>
  );
}

interface ServiceLinkProps {
  readonly service: string | undefined;
  readonly text: string;
}

function ServiceLink({ service, text }: ServiceLinkProps): ReactNode {
  const choose = useChooseService();
  const follow = (event: MouseEvent) => {
    // A new tab or window is the browser's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(service);
  };
  const query = writePlace({ service, selected: undefined, sort: defaultSort });
  return (
    <a href={`${window.location.pathname}${query}`} onClick={follow}>
      <bdi className="name">{text}</bdi>
    </a>
  );
}
