import { randomUUID } from "node:crypto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
} from "@opentelemetry/resources";
import { attribute } from "@holdup/protocol";
import type { Program } from "./program.ts";

/**
 * As whom a program sends: what it says itself (`serviceName`), else what the environment says (`OTEL_SERVICE_NAME`, then
 * `OTEL_RESOURCE_ATTRIBUTES`), else what its package.json says.
 */
export function resourceOf(serviceName: string | undefined, program: Program): Resource {
  return defaultResource()
    .merge(
      resourceFromAttributes({
        [attribute.serviceName]: program.name,
        ...(program.version !== undefined && { [attribute.serviceVersion]: program.version }),
        [attribute.serviceInstanceId]: randomUUID(),
        "process.pid": process.pid,
        "process.runtime.name": "nodejs",
        "process.runtime.version": process.versions.node,
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(resourceFromAttributes(serviceName === undefined ? {} : { [attribute.serviceName]: serviceName }));
}
