/** What this page uses of d3-flame-graph, which brings no types. */
declare module "d3-flame-graph" {
  import type { Selection } from "d3-selection";

  /** A frame as it is laid out: a node of d3-hierarchy. */
  export interface LaidOut<Data> {
    readonly data: Data;
    readonly parent: LaidOut<Data> | null;
    readonly children?: readonly LaidOut<Data>[];
    readonly highlight?: boolean;
  }

  export interface FlameChart<Data> {
    (selection: Selection<HTMLElement, Data, null, undefined>): void;
    width(pixels: number): this;
    height(pixels: number): this;
    cellHeight(pixels: number): this;
    minFrameSize(pixels: number): this;
    transitionDuration(ms: number): this;
    inverted(yes: boolean): this;
    selfValue(yes: boolean): this;
    resetHeightOnZoom(yes: boolean): this;
    getName(name: (node: LaidOut<Data>) => string): this;
    getValue(value: (node: LaidOut<Data> | Data) => number): this;
    setColorMapper(color: (node: LaidOut<Data>) => string): this;
    setLabelHandler(label: (node: LaidOut<Data>) => string): this;
    setSearchMatch(match: (node: LaidOut<Data>, term: string) => boolean): this;
    setSearchHandler(found: (results: readonly LaidOut<Data>[], sum: number, total: number) => void): this;
    onClick(click: (node: LaidOut<Data>) => void): this;
    onHover(hover: (node: LaidOut<Data>) => void): this;
    search(term: string): void;
    clear(): void;
    zoomTo(node: LaidOut<Data>): void;
    update(): this;
    destroy(): void;
  }

  export default function flamegraph<Data>(): FlameChart<Data>;
}
