import type { TopLevelSpec } from "vega-lite";

export interface Figure {
  /** File name without extension. */
  readonly name: string;
  readonly spec: TopLevelSpec;
}
