import { csvRecords } from "../csv-records.js";

/** The ends of a sampled window, as windows.csv has them; null where an end has a name and no number. */
export interface MeasuredWindow {
  readonly model: string;
  readonly question: string;
  readonly method: string;
  readonly layer: number;
  readonly unit: string;
  readonly onset: number | null;
  readonly collapse: number | null;
  /** Octaves; minus infinity where it was never steered, null where it has no number. */
  readonly width: number | null;
}

/** Sampled windows from the text of a run's report/windows.csv. */
export function readWindows(text: string): readonly MeasuredWindow[] {
  const [header = [], ...records] = csvRecords(text);
  const column = new Map(header.map((field, index) => [field.text, index]));
  return records.map((record) => {
    const at = (name: string) => record[column.get(name) ?? -1]?.text ?? "";
    const number = (name: string) => (at(name) === "" ? null : Number(at(name)));
    return {
      model: at("model"),
      question: at("question"),
      method: at("method"),
      layer: Number(at("layer")),
      unit: at("unit"),
      onset: number("onset"),
      collapse: number("collapse"),
      width: at("onset_name") === "never_steered" ? Number.NEGATIVE_INFINITY : number("width"),
    };
  });
}
