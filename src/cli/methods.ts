import { join } from "node:path";
import type { CommandModule } from "yargs";
import { z } from "zod";
import { describeMethods } from "../run/describe-methods.js";
import { checkedOptions, textOption } from "./boundary/options.js";
import { type CliContext, printJson, printResult, resolvePath } from "./context.js";

const optionsSchema = z.object({ file: z.array(textOption), json: z.boolean() });

/** `methods [FILE..]`: the worker's directions and edits with their parameters, including those of users' files. */
export function methodsCommand(context: CliContext): CommandModule {
  return {
    command: "methods [file..]",
    describe: "List directions, edits and presets with their parameters, including those of your own files",
    builder: (yargs) =>
      yargs
        .positional("file", { type: "string", array: true, default: [], describe: "your own ./my_method.py" })
        .option("json", {
          type: "boolean",
          default: false,
          describe: "print the catalogue as JSON on stdout",
        })
        .example("$0 methods", "everything that is built in")
        .example("$0 methods ./my_method.py", "also what your file adds, after it is checked"),
    handler: async (args) => {
      const options = checkedOptions(optionsSchema, args);
      const files = options.file.map((file) => resolvePath(context, file));
      const { catalogue, text } = await describeMethods(
        context.root,
        files,
        join(context.root, ".setup", "logs"),
      );
      if (options.json) printJson(context, catalogue);
      else printResult(context, text.trimEnd());
    },
  };
}
