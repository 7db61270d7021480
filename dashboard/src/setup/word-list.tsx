import type { ReactNode } from "react";

const words = [
  {
    word: "kept",
    means:
      "A single wait or hold that can be looked at by itself. The totals count all of them, kept or not.",
  },
  {
    word: "not sampled",
    means: "Its line was not looked up: programs read the stack of some waits and holds, not of each one.",
  },
  {
    word: "not known",
    means:
      "No line was told for it: its stack was not one of those that were read, or its program reads none.",
  },
];

/** What words of this page mean that the page has no room to explain where they stand. */
export function WordList(): ReactNode {
  return (
    <table className="facts">
      <tbody>
        {words.map(({ word, means }) => (
          <tr key={word}>
            <th scope="row">{word}</th>
            <td className="nothing" colSpan={2}>
              {means}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
