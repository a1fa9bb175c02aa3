import { join } from "node:path";
import type { CommandModule } from "yargs";
import { doctor } from "../run/doctor.js";
import { type CliContext, printJson } from "./context.js";

interface Arguments {
  json: boolean;
}

/** `doctor`: what this machine has and lacks. */
export function doctorCommand(
  context: CliContext,
  finish: (code: number) => void,
): CommandModule<object, Arguments> {
  return {
    command: "doctor",
    describe: "Check Node, Python, packages, devices, memory, weights, licence access and the sandbox",
    builder: (yargs) =>
      yargs.option("json", {
        type: "boolean",
        default: false,
        describe: "print the findings as JSON on stdout",
      }),
    handler: async (args) => {
      const logFolder = join(context.root, ".setup", "logs");
      const findings = await doctor({ root: context.root, env: context.env, logFolder });
      if (args.json) printJson(context, findings);
      else {
        const width = Math.max(...findings.map((finding) => finding.what.length));
        for (const { what, status, text } of findings) {
          context.stdout.write(`${status.padEnd(7)}  ${what.padEnd(width)}  ${text}\n`);
        }
      }
      finish(findings.some((finding) => finding.status === "missing") ? 2 : 0);
    },
  };
}
