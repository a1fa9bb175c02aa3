import type { MeasuredWindow } from "../../analysis/forecast/measured-windows.js";
import { UserError } from "../../util/user-error.js";
import { csvRecords } from "./csv-records.js";

const COLUMNS = ["model", "question", "method", "layer", "unit", "onset", "onset_name", "collapse", "width"];

/**
 * Sampled windows from the text of a run's report/windows.csv, which is empty where none was sampled.
 *
 * @param file what the text was read from, for messages.
 * @throws UserError if it is not such a table.
 */
export function readWindows(text: string, file: string): readonly MeasuredWindow[] {
  if (text.trim() === "") return [];
  const [header = [], ...records] = csvRecords(text);
  const column = new Map(header.map((field, index) => [field.text, index]));
  const missing = COLUMNS.filter((name) => !column.has(name));
  if (missing.length > 0) {
    throw new UserError(
      `${file}: not a table of windows, it lacks the columns ${missing.join(", ")}; give the report/windows.csv of a run`,
    );
  }
  return records.map((record) => {
    const at = (name: string) => record[column.get(name) ?? -1]?.text ?? "";
    const number = (name: string) => {
      if (at(name) === "") return null;
      const value = Number(at(name));
      if (Number.isFinite(value)) return value;
      const field = record[column.get(name) ?? -1];
      throw new UserError(
        `${file}:${field?.line}:${field?.column} ${name}: no number, received "${at(name)}"; give the report/windows.csv of a run`,
      );
    };
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
