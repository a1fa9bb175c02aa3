import type { Decoding, Message, Positions, Question, StrengthUnit } from "../../config/experiment.js";
import type { PinnedComponent } from "../../config/pinned-component.js";
import type { PlannedModel } from "../../plan/plan.js";
import type { ForecastLevels } from "../../statistics/forecast/forecast-levels.js";
import type { Pool } from "../../worker/pool.js";
import type { ModelLoad } from "../../worker/wire/requests.js";
import type { StoredVector } from "../../worker/wire/stored-vector.js";
import { type StrengthScale, strengthIn } from "../blocks/strength-scale.js";

/** One fitted vector under one edit at one layer, and the strengths between which its crossings are searched. */
export interface ForecastCondition {
  readonly method: string;
  readonly role: "method" | "control";
  /** Id of one of `ForecastWork.questions`. */
  readonly question: string;
  readonly draw: number;
  readonly vector: string;
  readonly layer: number;
  readonly edit: PinnedComponent;
  readonly positions: Positions;
  readonly unit: StrengthUnit;
  readonly axis: "log" | "linear";
  /** Strength of the edit that changes nothing; null for none. */
  readonly neutral: number | null;
  /** In `unit`. */
  readonly from: number;
  readonly to: number;
}

/** The requested parts of a forecast; the rest is `not_asked`, null or empty in the rows. */
export interface ForecastWanted {
  readonly onset: boolean;
  readonly collapse: boolean;
  readonly kl: boolean;
  readonly accessibility: boolean;
}

/** Everything that the forecast of one model's conditions needs. Nothing of it is stored. */
export interface ForecastWork {
  readonly pool: Pool;
  readonly load: ModelLoad;
  readonly model: PlannedModel;
  /** Rows of a forward pass, and of a decode step of the own answers. */
  readonly rows: number;
  readonly conditions: readonly ForecastCondition[];
  readonly questions: readonly Question[];
  /** Tasks whose own answers represent capability. */
  readonly tasks: readonly { readonly id: string; readonly messages: readonly Message[] }[];
  /** How the tasks are decoded when they are sampled; the forecast is for its temperature. */
  readonly decoding: Decoding;
  readonly levels: ForecastLevels;
  /** |v| and the residual norm by which a condition's strengths are converted to those of its edit. */
  scaleOf(condition: ForecastCondition): StrengthScale;
  vectorTensors(vector: string): StoredVector | Promise<StoredVector>;
  readonly neutralTexts: readonly string[];
  readonly want: ForecastWanted;
  onProgress?(progress: ForecastProgress): void;
}

interface ForecastProgress {
  readonly stage: "own answers" | "curves" | "kl" | "accessibility";
  /** Crossings known. */
  readonly settled: number;
  /** Crossings to find. */
  readonly total: number;
}

export const forecastProgressText = ({ stage, settled, total }: ForecastProgress): string =>
  `${stage}, ${settled} of ${total} crossings known`;

/** Converts a strength from the condition's unit to the edit's own. */
export function rawStrength(work: ForecastWork, condition: ForecastCondition, strength: number): number {
  const { unit, vector, layer, method, draw } = condition;
  const cell = { id: `${method} at layer ${layer}, draw ${draw}`, vector, strength, unit };
  return strengthIn(cell, work.scaleOf(condition))?.raw ?? strength;
}
