import { failed, type ProgramOutcome } from "./program.js";
import { parseReport } from "./read-message.js";

/** The outcome in a program's report. An invalid report means that the program exited, or overwrote it. */
export function outcomeOfReport(text: string | null, name: string, calls: number): ProgramOutcome {
  const report = parseReport(text, calls);
  if (report === null) return failed("exited", "it left before its results were out");
  if ("stopped" in report) return failed("raised", `${report.stopped}, before ${name} was called`);
  if ("absent" in report) return failed("no function", `the program does not define ${name}`);
  const values: unknown[] = [];
  for (const [index, [kind, value]] of report.results.entries()) {
    const call = `call ${index + 1}`;
    if (kind === "raised") return failed("raised", `${call}: ${value}`);
    if (kind === "unplain") return failed("not plain", `${call} returned ${value}`);
    values.push(value);
  }
  if (values.length !== calls) return failed("exited", `it gave ${values.length} of ${calls} results`);
  return { kind: "results", values };
}
