import { DEFAULT_SEARCH } from "../defaults.js";
import type { ActivationMethod, ContrastPosition, Method, SampleCounts } from "../experiment.js";
import { shown } from "../problem.js";
import { DEFAULT_SAMPLES } from "../schema/fields.js";
import { inlineMethodSchema, METHOD_DEFAULTS, methodSchema } from "../schema/method-schema.js";
import { parseAt } from "../yaml/parse-at.js";
import { type Path, valueAt, type YamlFile } from "../yaml/yaml-file.js";
import { resolveComponent } from "./component.js";
import type { Context } from "./context.js";
import { dataName, readDataFile } from "./data-files.js";
import { type MethodFields, pick, type Source } from "./sources.js";
import { resolveStrengths } from "./strengths.js";

/** A method, and where each of its fields was set. */
interface ResolvedMethod {
  readonly method: Method;
  readonly origins: Readonly<Record<string, { readonly file: YamlFile; readonly at: Path }>>;
}

const ACTIVATION_ONLY = [
  "direction",
  "contrast",
  "edit",
  "draws",
  "resample",
  "layers",
  "positions",
  "strengths",
] as const;

/** One entry of `methods`; if it has faults, adds a problem for each and returns null. */
export async function resolveMethod(
  file: YamlFile,
  at: Path,
  top: MethodFields,
  context: Context,
): Promise<ResolvedMethod | null> {
  const own = await ownSources(file, at, context);
  if (own === null) return null;
  const sources = [...own, { file, at: [], fields: top }];
  const name = pick(own, "name")?.value ?? presetName(own);
  if (name === null) {
    context.problems.push(
      file.problem([...at, "name"], { what: "missing", expected: "a name, or a preset" }),
    );
    return null;
  }
  const samples = sampleCounts(sources);
  const role = pick(own, "role")?.value ?? METHOD_DEFAULTS.role;
  const kind = pick(own, "kind")?.value ?? METHOD_DEFAULTS.kind;
  if (kind === "prompt") {
    for (const key of ACTIVATION_ONLY) {
      const extra = pick(own, key);
      if (extra === null) continue;
      const fault = { what: "has no meaning for a method of kind prompt", expected: "no such key" };
      context.problems.push(extra.file.problem(extra.at, { ...fault, received: shown(extra.value) }, "key"));
    }
    return { method: { kind, name, role, samples }, origins: originsOf(sources, file, at) };
  }
  const activation = await activationFields(sources, file, at, context);
  if (activation === null) return null;
  return { method: { kind, name, role, samples, ...activation }, origins: originsOf(sources, file, at) };
}

/** The entry itself and its preset, highest first; null where they cannot be read. */
async function ownSources(file: YamlFile, at: Path, context: Context): Promise<readonly Source[] | null> {
  const value = valueAt(file.value, at);
  if (typeof value === "string") {
    if (value.endsWith(".py")) {
      const fault = { what: "a file holds a direction or an edit, not a method", received: shown(value) };
      const expected = `{name: ..., direction: ${value}, edit: add} or {name: ..., direction: caa, edit: ${value}}`;
      context.problems.push(file.problem(at, { ...fault, expected }));
      return null;
    }
    const preset = await presetSource(value, file, at, context);
    return preset === null ? null : [preset];
  }
  const fields = parseAt(inlineMethodSchema, file, at, context.problems);
  if (fields === undefined) return null;
  const { preset, ...own } = fields;
  const entry = { file, at, fields: own };
  if (preset === undefined) return [entry];
  const source = await presetSource(preset, file, [...at, "preset"], context);
  return source === null ? null : [entry, source];
}

async function presetSource(
  name: string,
  file: YamlFile,
  at: Path,
  context: Context,
): Promise<Source | null> {
  const preset = await readDataFile(context, "methods", name, file, at);
  if (preset === null) return null;
  const fields = parseAt(methodSchema, preset, [], context.problems);
  return fields === undefined ? null : { file: preset, at: [], fields };
}

function presetName(own: readonly Source[]): string | null {
  const preset = own.find((source) => source.at.length === 0);
  return preset === undefined ? null : dataName(preset.file.path);
}

function sampleCounts(sources: readonly Source[]): SampleCounts {
  const first = (key: "question" | "task") =>
    sources.map(({ fields }) => fields.samples?.[key]).find((count) => count !== undefined);
  return {
    question: first("question") ?? DEFAULT_SAMPLES.question,
    task: first("task") ?? DEFAULT_SAMPLES.task,
  };
}

async function activationFields(
  sources: readonly Source[],
  file: YamlFile,
  at: Path,
  context: Context,
): Promise<Omit<ActivationMethod, "kind" | "name" | "role" | "samples"> | null> {
  const missing = (key: string, expected: string) => {
    context.problems.push(file.problem([...at, key], { what: "missing", expected }));
    return null;
  };
  const pickedDirection = pick(sources, "direction");
  const direction =
    pickedDirection === null
      ? missing("direction", "a direction, such as caa, and an edit; or kind: prompt")
      : await resolveComponent(pickedDirection.value, pickedDirection.file, pickedDirection.at, context);
  const pickedEdit = pick(sources, "edit") ?? { value: METHOD_DEFAULTS.edit, file, at };
  const edit = await resolveComponent(pickedEdit.value, pickedEdit.file, pickedEdit.at, context);
  const pickedStrengths = pick(sources, "strengths");
  const strengths =
    pickedStrengths !== null
      ? resolveStrengths(pickedStrengths.value, pickedStrengths.file, pickedStrengths.at, context.problems)
      : isFaulty(file, "strengths")
        ? null
        : DEFAULT_SEARCH;
  const layers = resolveLayers(sources, file, context);
  if (direction === null || edit === null || strengths === null || layers === null) return null;
  return {
    direction,
    contrast: contrastOf(pick(sources, "contrast")?.value ?? null, direction.params),
    edit,
    layers,
    positions: pick(sources, "positions")?.value ?? METHOD_DEFAULTS.positions,
    strengths,
    draws: pick(sources, "draws")?.value ?? METHOD_DEFAULTS.draws,
    resample: pick(sources, "resample")?.value ?? METHOD_DEFAULTS.resample,
  };
}

/** Whether a section that no source offers is at the top of the experiment, so that its problem has been reported. */
function isFaulty(file: YamlFile, section: "layers" | "strengths"): boolean {
  return valueAt(file.value, [section]) !== undefined;
}

function resolveLayers(
  sources: readonly Source[],
  experiment: YamlFile,
  context: Context,
): ActivationMethod["layers"] | null {
  const picked = pick(sources, "layers");
  if (picked === null) return isFaulty(experiment, "layers") ? null : METHOD_DEFAULTS.layers;
  const { value: layers, file, at } = picked;
  if (layers === "auto") return layers;
  const bad = layers.findIndex(
    (layer, index) => (layer > 1 && !Number.isInteger(layer)) || layers.indexOf(layer) < index,
  );
  if (bad < 0) return layers;
  const twice = layers.indexOf(layers[bad] ?? 0) < bad;
  const fault = {
    what: twice ? "occurs twice" : "not a layer",
    received: shown(layers[bad]),
    expected: twice
      ? "each layer once"
      : "an index (a whole number from 0) or a fraction of depth between 0 and 1",
  };
  context.problems.push(file.problem([...at, bad], fault));
  return null;
}

/** The config's contrast, otherwise the direction's `position`, otherwise the last token. */
function contrastOf(
  stated: ContrastPosition | "none" | null,
  params: Readonly<Record<string, unknown>>,
): ContrastPosition | null {
  if (stated === "none") return null;
  if (stated !== null) return stated;
  return params.position === "word" ? "word" : "last_token";
}

function originsOf(sources: readonly Source[], file: YamlFile, at: Path): ResolvedMethod["origins"] {
  const keys = [
    "name",
    "direction",
    "contrast",
    "edit",
    "draws",
    "resample",
    "layers",
    "positions",
    "strengths",
    "samples",
  ] as const;
  const set = keys.flatMap((key) => {
    const picked = pick(sources, key);
    return picked === null ? [] : [[key, { file: picked.file, at: picked.at }] as const];
  });
  return { ...Object.fromEntries(set), entry: { file, at } };
}
