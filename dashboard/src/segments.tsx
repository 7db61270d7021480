import type { ReactNode } from "react";
import "./styles/segments.css";

interface SegmentsProps<Value extends string> {
  /** What is chosen with it. */
  readonly legend: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string; readonly title?: string }[];
  readonly onChoose: (value: Value) => void;
}

/** A few ways to show something, of which one is on. */
export function Segments<Value extends string>(props: SegmentsProps<Value>): ReactNode {
  const { legend, value, options, onChoose } = props;
  return (
    <fieldset className="segments">
      <legend className="visually-hidden">{legend}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          title={option.title}
          onClick={() => onChoose(option.value)}
        >
          {option.text}
        </button>
      ))}
    </fieldset>
  );
}
