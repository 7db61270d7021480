import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import type { PrimitiveNode } from "./graph.ts";

interface PrimitiveBoxProps {
  readonly node: PrimitiveNode;
  /** Whether its service is worth telling: there are several. */
  readonly withService: boolean;
}

/** What stands in a primitive's box: its type and name, and how many hold it and wait for it. */
export function PrimitiveBox({ node, withService }: PrimitiveBoxProps): ReactNode {
  const { holders, waiters, type, service, name } = node;
  return (
    <>
      <span className="node-kind">{withService ? `${type} in ${service}` : type}</span>
      <span className="node-name">
        <PrimitiveName name={name} />
      </span>
      <span className="node-state">
        {`${holders === 0 ? "nobody holds" : countOf(holders, "holder")}, ${countOf(waiters, "waiter")}`}
      </span>
    </>
  );
}
