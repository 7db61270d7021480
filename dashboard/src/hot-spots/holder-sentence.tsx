import type { HotSpot } from "@holdup/protocol";
import type { ReactNode } from "react";
import { tell, type Piece } from "../sentence.ts";

interface HolderSentenceProps {
  readonly spot: HotSpot;
  readonly windowSeconds: number;
}

/** What the primitive cost, who held it and who waited, to read or to paste into a chat. */
export function HolderSentence({ spot, windowSeconds }: HolderSentenceProps): ReactNode {
  return (
    <p className="sentence">
      {tell(spot, windowSeconds).map((piece, index) => (
        // The pieces have no name of their own; their places in the sentence are fixed.
        <SentencePiece key={index} {...piece} />
      ))}
    </p>
  );
}

function SentencePiece({ mark, ...piece }: Piece): ReactNode {
  if (mark === undefined || piece.kind === "word") return [<Term key="term" {...piece} />, mark];
  // A line may end between a box and the comma after it, but not in here.
  return (
    <span className="together">
      <Term {...piece} />
      {mark}
    </span>
  );
}

function Term({ text, kind }: Piece): ReactNode {
  if (kind === "word") return text;
  if (kind === "number") return <strong>{text}</strong>;
  return (
    <code data-kind={kind} title={text}>
      <bdi>{text}</bdi>
    </code>
  );
}
