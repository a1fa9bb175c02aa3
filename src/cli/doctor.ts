import { join } from "node:path";
import type { CommandModule } from "yargs";
import { z } from "zod";
import { doctor } from "../doctor/doctor.js";
import { checkedOptions } from "./boundary/options.js";
import { type CliContext, printJson, printLine, printResult } from "./context.js";

const optionsSchema = z.object({ speed: z.boolean(), json: z.boolean() });

/** `doctor`: what this machine has and lacks, and how fast it is. */
export function doctorCommand(context: CliContext, finish: (code: number) => void): CommandModule {
  return {
    command: "doctor",
    describe:
      "Check Node, Python, packages, devices, memory, weights, licence access and the sandbox; test engine and speed",
    builder: (yargs) =>
      yargs
        .option("speed", {
          type: "boolean",
          default: true,
          describe: "time decoding and compare it with what the device allows; --no-speed skips this",
        })
        .option("json", {
          type: "boolean",
          default: false,
          describe: "print the findings as JSON on stdout",
        })
        .example("$0 doctor", "everything, in under a minute")
        .example("$0 doctor --no-speed", "while something else uses the machine"),
    handler: async (args) => {
      const options = checkedOptions(optionsSchema, args);
      const logFolder = join(context.root, ".setup", "logs");
      const findings = await doctor({
        root: context.root,
        env: context.env,
        logFolder,
        speed: options.speed,
        onProgress: (text) => printLine(context, text),
      });
      if (options.json) printJson(context, findings);
      else {
        const width = Math.max(...findings.map((finding) => finding.what.length));
        for (const { what, status, text } of findings) {
          printResult(context, `${status.padEnd(7)}  ${what.padEnd(width)}  ${text}`);
        }
      }
      finish(findings.some((finding) => finding.status === "missing") ? 2 : 0);
    },
  };
}
