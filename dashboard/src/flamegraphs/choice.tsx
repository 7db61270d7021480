import type { ReactNode } from "react";

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly name: string;
  readonly values: readonly Value[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}

/** One of a few, side by side. */
export function Choice<Value extends string>({
  label,
  name,
  values,
  value,
  onChoose,
}: ChoiceProps<Value>): ReactNode {
  return (
    <fieldset className="flame-choice">
      <legend>{label}</legend>
      {values.map((one) => (
        <label key={one}>
          <input
            type="radio"
            className="visually-hidden"
            name={name}
            checked={one === value}
            onChange={() => onChoose(one)}
          />
          <span>{one}</span>
        </label>
      ))}
    </fieldset>
  );
}
