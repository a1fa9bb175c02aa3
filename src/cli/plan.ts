import type { CommandModule } from "yargs";
import { z } from "zod";
import { planReuse } from "../run/reuse/plan-reuse.js";
import { thisMachine } from "../run/start/choose-execution.js";
import { costOn, planExperiment, planText } from "../run/start/plan-experiment.js";
import { checkedOptions, textOption } from "./boundary/options.js";
import { type CliContext, defaultConfig, printJson, printResult, resolvePath } from "./context.js";

const optionsSchema = z.object({
  config: textOption.optional(),
  set: z.array(textOption).default([]),
  reuse: z.array(textOption).default([]),
  json: z.boolean(),
});

/** `plan [CONFIG]`: the cost of an experiment, without a model or the network. */
export function planCommand(context: CliContext): CommandModule {
  return {
    command: "plan [config]",
    describe: "Print cells, samples, tokens, memory and time of an experiment, without model or network",
    builder: (yargs) =>
      yargs
        .positional("config", { type: "string", describe: "experiment file (default: the nano ladder)" })
        .option("set", { type: "string", array: true, describe: "change a key of the config" })
        .option("reuse", {
          type: "string",
          array: true,
          describe: "without the samples that the run in this folder has already",
        })
        .option("json", { type: "boolean", default: false, describe: "print the cost as JSON on stdout" })
        .example("$0 plan configs/experiments/steering-sweep.yaml", "before you rent a GPU"),
    handler: async (args) => {
      const options = checkedOptions(optionsSchema, args);
      const config =
        options.config === undefined ? defaultConfig(context) : resolvePath(context, options.config);
      const planned = await planExperiment(config, {
        root: context.root,
        cwd: context.cwd,
        set: options.set,
      });
      const reuse = await planReuse(
        planned,
        options.reuse.map((folder) => resolvePath(context, folder)),
        context,
      );
      const { cost, basis } = costOn({ ...planned, plan: reuse.left }, thisMachine(context.env));
      if (options.json) printJson(context, { basis, cost, reuse: reuse.sources });
      else printResult(context, [planText(planned, cost, basis), ...reuse.lines].join("\n"));
    },
  };
}
