import { deepFreeze } from "../util/freeze.js";
import { checkContradictions } from "./checks/contradictions.js";
import { baselineOf } from "./defaults.js";
import type { Experiment } from "./experiment.js";
import type { Origin, Origins } from "./origins.js";
import { type Problem, throwProblems } from "./problem.js";
import { resolveAnalysis } from "./resolve/analysis.js";
import { resolveCapability } from "./resolve/capabilities.js";
import type { Context } from "./resolve/context.js";
import { readDataFile } from "./resolve/data-files.js";
import { followMethods, setAside } from "./resolve/development.js";
import { resolveMethod } from "./resolve/methods.js";
import { resolveModel } from "./resolve/models.js";
import { resolveQuestion } from "./resolve/questions.js";
import { resolveScorer } from "./resolve/scorers.js";
import { methodEntrySchema, modelSchema } from "./schema/experiment-schema.js";
import { textField } from "./schema/fields.js";
import { parseSections, type Sections, soundEntries } from "./sections.js";
import { readYaml, type YamlFile } from "./yaml/yaml-file.js";

export interface LoadOptions {
  /** `KEY=VALUE`, dotted keys, YAML values. */
  readonly set?: readonly string[];
  /** Root of the repository, for the shipped data. */
  readonly root: string;
  /** For relative paths of the command line and for how paths are shown. Default: the working directory. */
  readonly cwd?: string;
}

export interface LoadedExperiment {
  readonly experiment: Experiment;
  readonly source: { readonly path: string; readonly text: string };
  /** Where the parts of the experiment were written, to locate problems that are found later. */
  readonly origins: Origins;
}

/**
 * Reads an experiment with everything it names, and freezes it. Throws one UserError with every problem of the config
 * and of the files it refers to, each as `file:line:column key: what, received, expected`.
 */
export async function loadExperiment(path: string, options: LoadOptions): Promise<LoadedExperiment> {
  const problems: Problem[] = [];
  const context: Context = { root: options.root, cwd: options.cwd ?? process.cwd(), problems };
  const file = await readYaml(path, { cwd: context.cwd, set: options.set ?? [] }, problems);
  const sections = file === null ? null : parseSections(file, problems);
  if (file === null || sections === null) {
    throwProblems(problems);
    throw new Error(`${path} could not be read, and no problem was reported`);
  }
  const origins = new Map<string, Origin>([["", { file, at: [] }]]);
  const experiment = await resolveExperiment(sections, file, context, origins);
  checkContradictions(experiment, origins, problems);
  throwProblems(problems);
  return { experiment: deepFreeze(experiment), source: { path: file.path, text: file.text }, origins };
}

/** Resolves every name. Entries and sections with a problem are left out. */
async function resolveExperiment(
  sections: Sections,
  file: YamlFile,
  context: Context,
  origins: Map<string, Origin>,
): Promise<Experiment> {
  const models = [];
  for (const { index, entry } of soundEntries(modelSchema, file, "models")) {
    const model = await resolveModel(entry, file, ["models", index], context);
    if (model === null) continue;
    origins.set(`models.${models.length}`, { file, at: ["models", index] });
    models.push(model);
  }
  const data = async <Item>(
    section: string,
    folder: string,
    read: (data: YamlFile, context: Context) => Item | null,
  ) => {
    const items: Item[] = [];
    for (const { index, entry } of soundEntries(textField, file, section)) {
      const found = await readDataFile(context, folder, entry, file, [section, index]);
      const item = found === null ? null : read(found, context);
      if (found === null || item === null) continue;
      origins.set(`${section}.${items.length}`, { file, at: [section, index] });
      origins.set(`${section}.${items.length}.file`, { file: found, at: [] });
      items.push(item);
    }
    return items;
  };
  const questions = await data("questions", "questions", resolveQuestion);
  const development = await data("development", "questions", resolveQuestion);
  const capabilities = await data("capabilities", "capabilities", resolveCapability);
  const scorers = [];
  for (const { index, entry } of soundEntries(textField, file, "scorers")) {
    const scorer = await resolveScorer(entry, file, ["scorers", index], context);
    if (scorer === null) continue;
    origins.set(`scorers.${scorers.length}`, { file, at: ["scorers", index] });
    scorers.push(scorer);
  }
  const { layers, positions, strengths, samples } = sections;
  const stated = [];
  for (const { index } of soundEntries(methodEntrySchema, file, "methods")) {
    const top = { layers, positions, strengths, samples };
    const resolved = await resolveMethod(file, ["methods", index], top, context);
    if (resolved === null) continue;
    for (const [key, origin] of Object.entries(resolved.origins)) {
      origins.set(key === "entry" ? `methods.${stated.length}` : `methods.${stated.length}.${key}`, origin);
    }
    stated.push(resolved.method);
  }
  const methods = followMethods(stated);
  const complete = methods.length === sections.methods?.length;
  const names = complete ? methods.map(({ name }) => name) : null;
  return {
    name: sections.name ?? "",
    description: sections.description ?? null,
    models,
    ...setAside({ questions, development, methods }, file, context, origins),
    capabilities,
    scorers,
    baseline: baselineOf(sections),
    decoding: sections.decoding,
    measurements: sections.measurements,
    seed: sections.seed,
    execution: sections.execution,
    design: sections.design,
    analysis: resolveAnalysis(sections.analysis, file, names, context.problems),
  };
}
