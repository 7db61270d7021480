import type { ReactNode } from "react";
import { Segments } from "../segments.tsx";

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly values: readonly Value[];
  readonly value: Value;
  /** What each is, for who doesn't know it by its name. */
  readonly titles?: Readonly<Record<Value, string>>;
  readonly onChoose: (value: Value) => void;
}

/** One of a few, side by side, after what is chosen with it. */
export function Choice<Value extends string>(props: ChoiceProps<Value>): ReactNode {
  const { label, values, value, titles, onChoose } = props;
  const options = values.map((one) => ({
    value: one,
    text: one,
    ...(titles === undefined ? {} : { title: titles[one] }),
  }));
  return (
    <span className="flame-choice">
      <span aria-hidden="true">{label}</span>
      <Segments legend={label} value={value} options={options} onChoose={onChoose} />
    </span>
  );
}
