import { memo, type ReactNode } from "react";

const height = 32;

/** The shape of the last minutes; the number beside it says how much. */
export const Sparkline = memo(function Sparkline({
  values,
  most = Math.max(...values),
  label,
}: SparklineProps): ReactNode {
  // A flat zero lies on the ground instead of dividing by nothing.
  const scale = most === 0 ? 0 : (height - 3) / most;
  const points = values.map((value, index) => `${index},${(height - 1 - value * scale).toFixed(1)}`);
  const width = values.length - 1;
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polygon points={`0,${height} ${points.join(" ")} ${width},${height}`} />
      <polyline points={points.join(" ")} />
    </svg>
  );
});

interface SparklineProps {
  readonly values: readonly number[];
  /** What fills the height; the largest value when missing. */
  readonly most?: number | undefined;
  readonly label: string;
}
