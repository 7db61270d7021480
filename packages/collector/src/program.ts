/** Who sent telemetry. */

import { attribute } from "@holdup/protocol";
import { textOf } from "./attributes.ts";
import type { Attributes } from "./telemetry.ts";

export interface Program {
  readonly service: string;
  /** Tells the processes of one service apart. */
  readonly instance: string;
}

/** OpenTelemetry's own default for a service without a name. */
const unknownService = "unknown_service";

export function programOf(resource: Attributes): Program {
  return {
    service: textOf(resource, attribute.serviceName) || unknownService,
    instance: textOf(resource, attribute.serviceInstanceId),
  };
}
