import type { ReactNode } from "react";
import type { Piece } from "../sentence.ts";

/** A sentence with its names and numbers set apart, to read or to paste into a chat. */
export function Sentence({ pieces }: { readonly pieces: readonly Piece[] }): ReactNode {
  return (
    <p className="sentence">
      <Pieces pieces={pieces} />
    </p>
  );
}

/** The same, to be part of something larger. */
export function Pieces({ pieces }: { readonly pieces: readonly Piece[] }): ReactNode {
  return pieces.map((piece, index) => (
    // The pieces have no name of their own; their places in the sentence are fixed.
    <SentencePiece key={index} {...piece} />
  ));
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
  if (kind === "number" || kind === "held") return <strong data-kind={kind}>{text}</strong>;
  if (kind === "activity") return <bdi>{text}</bdi>;
  return (
    <code data-kind={kind} title={text}>
      <bdi>{text}</bdi>
    </code>
  );
}
