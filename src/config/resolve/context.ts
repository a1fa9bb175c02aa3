import type { Problem } from "../problem.js";

/** What resolving names needs: where to look, and where problems are collected. */
export interface Context {
  /** Root of the repository, for the shipped data in `configs/`. */
  readonly root: string;
  readonly cwd: string;
  readonly problems: Problem[];
}
