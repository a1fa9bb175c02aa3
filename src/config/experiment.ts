import type { z } from "zod";
import type { DeepReadonly } from "../util/deep-readonly.js";
import type { resolvedSchema } from "./schema/resolved-schema.js";

/** The experiment as the rest of the program sees it: everything resolved, inlined and frozen. */
export type Experiment = DeepReadonly<z.output<typeof resolvedSchema>>;

export type Question = Experiment["questions"][number];
export type Message = Question["messages"][number];
export type ContrastPosition = keyof Question["contrast"];
export type StatementPair = NonNullable<Question["contrast"][ContrastPosition]>;

export type Capability = Experiment["capabilities"][number];
export type PythonTask = Capability["tasks"][number];

/** A scorer that a config names beside those that every run has; its name is what the column `scorer` holds. */
export type ScorerReference = Experiment["scorers"][number];
export type ModelReference = Experiment["models"][number];

export type Method = Experiment["methods"][number];
export type ActivationMethod = Extract<Method, { kind: "activation" }>;
export type PromptMethod = Extract<Method, { kind: "prompt" }>;
export type Component = ActivationMethod["direction"];
export type Positions = ActivationMethod["positions"];
export type Strengths = ActivationMethod["strengths"];
export type StrengthSearch = Extract<Strengths, { kind: "search" }>;
export type StrengthUnit = Strengths["unit"];
export type SampleCounts = Experiment["baseline"];

export type Decoding = Experiment["decoding"]["question"];
export type Execution = Experiment["execution"];
export type Analysis = Experiment["analysis"];
