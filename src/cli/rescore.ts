import type { CommandModule } from "yargs";
import { z } from "zod";
import { rescoreRun } from "../run/scoring/rescore-run.js";
import { checkedOptions, textOption } from "./boundary/options.js";
import { type CliContext, printLine, resolvePath } from "./context.js";
import { printReport, withReportProcesses } from "./report.js";

const optionsSchema = z.object({ run: textOption });

/** `rescore RUN`: scores the stored samples again with this version's scorers, then reports. */
export function rescoreCommand(context: CliContext, finish: (code: number) => void): CommandModule {
  return {
    command: "rescore <run>",
    describe: "Score the stored samples again with this version's scorers, without the model",
    builder: (yargs) =>
      yargs
        .positional("run", { type: "string", demandOption: true, describe: "run folder" })
        .example("$0 rescore results/nano-1a2b3c4d", "after a scorer was improved"),
    handler: async (args) => {
      const options = checkedOptions(optionsSchema, args);
      const folder = resolvePath(context, options.run);
      const { scored, changed } = await rescoreRun(folder, context.stderr, context.root);
      printLine(context, `${scored} scores, ${changed} of them changed or new`);
      const report = await withReportProcesses((processes) => printReport(context, folder, processes));
      finish(report.exitCode);
    },
  };
}
