import { join } from "node:path";
import { setUp } from "../scripts/set-up/set-up.mjs";

/** Builds the sources, if they have changed, since processes that tests start are those of the build. */
export const setup = () =>
  setUp({
    root: join(import.meta.dirname, ".."),
    need: "node",
    log: (line) => process.stderr.write(`${line}\n`),
  });
