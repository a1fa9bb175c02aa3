import { basename, dirname, extname, join } from "node:path";
import type { CommandModule } from "yargs";
import { z } from "zod";
import { windowRecords } from "../report/csv/window-csv.js";
import { withDrawing } from "../report/figures/drawing/drawing-processes.js";
import { windowFromTable } from "../report/user-table/window-from-table.js";
import { checkedOptions, textOption } from "./boundary/options.js";
import { type CliContext, printJson, printLine, resolvePath } from "./context.js";

const optionsSchema = z.object({
  table: textOption,
  out: textOption.optional(),
  json: z.boolean(),
});

/** `window TABLE`: windows and a figure of a sweep made with any tool. */
export function windowCommand(context: CliContext): CommandModule {
  return {
    command: "window <table>",
    describe: "Compute windows and a figure from a table of counts (CSV or Arrow) made with any tool",
    builder: (yargs) =>
      yargs
        .positional("table", {
          type: "string",
          demandOption: true,
          describe:
            "columns model, parameters, question, strength, n_target, target_hits, n_capability, capability_passes, and optionally task or item",
        })
        .option("out", {
          type: "string",
          describe: "folder for tables and figures (default: <table>-window)",
        })
        .option("json", { type: "boolean", default: false, describe: "print the windows as JSON on stdout" })
        .example("$0 window my-sweep.csv", "strength 0 (or an empty one) is the baseline"),
    handler: async (args) => {
      const options = checkedOptions(optionsSchema, args);
      const table = resolvePath(context, options.table);
      const beside = join(dirname(table), `${basename(table, extname(table))}-window`);
      const out = options.out === undefined ? beside : resolvePath(context, options.out);
      const report = await withDrawing((drawer) => windowFromTable(table, { out, drawer }));
      printLine(context, report.summary);
      if (options.json)
        printJson(context, {
          windows: windowRecords(report.findings),
          files: report.files,
          undrawn: report.undrawn,
        });
    },
  };
}
