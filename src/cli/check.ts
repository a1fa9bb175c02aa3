import { join } from "node:path";
import type { CommandModule } from "yargs";
import { z } from "zod";
import { checkFile } from "../run/start/check-file.js";
import { checkedOptions, textOption } from "./boundary/options.js";
import { withStatus } from "./boundary/status.js";
import { type CliContext, printJson, printLine, resolvePath } from "./context.js";

const optionsSchema = z.object({
  file: textOption,
  model: textOption.optional(),
  json: z.boolean(),
});

/** `check FILE`: verifies a question, capability or experiment file. */
export function checkCommand(context: CliContext, finish: (code: number) => void): CommandModule {
  return {
    command: "check <file>",
    describe:
      "Verify a question, capability or experiment file: solutions in the sandbox, contrasts with the tokenizer",
    builder: (yargs) =>
      yargs
        .positional("file", { type: "string", demandOption: true, describe: "YAML file" })
        .option("model", {
          type: "string",
          describe: "folder or hub id whose tokenizer reads the contrasts",
        })
        .option("json", { type: "boolean", default: false, describe: "print the result as JSON on stdout" })
        .example(
          "$0 check my-question.yaml --model google/gemma-3-1b-it",
          "a question of your own, for a real Gemma",
        ),
    handler: async (args) => {
      const options = checkedOptions(optionsSchema, args);
      const result = await withStatus(context.stderr, ({ show }) =>
        checkFile({
          root: context.root,
          cwd: context.cwd,
          file: resolvePath(context, options.file),
          model: options.model ?? null,
          logFolder: join(context.root, ".setup", "logs"),
          show,
        }),
      );
      if (options.json) printJson(context, result);
      for (const line of result.proved) printLine(context, `ok       ${line}`);
      for (const line of result.problems) printLine(context, `problem  ${line}`);
      finish(result.problems.length > 0 ? 2 : 0);
    },
  };
}
