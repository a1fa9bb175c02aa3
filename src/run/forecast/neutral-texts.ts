import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { UserError } from "../../util/user-error.js";

const NeutralFile = z.strictObject({ texts: z.array(z.string().min(1)).min(1) });

/**
 * The texts of configs/neutral.yaml, on which divergences are measured.
 *
 * @throws UserError where the file cannot be read as a list of texts.
 */
export async function readNeutralTexts(root: string): Promise<readonly string[]> {
  const path = join(root, "configs", "neutral.yaml");
  try {
    return NeutralFile.parse(parse(await readFile(path, "utf8"))).texts;
  } catch (cause) {
    throw new UserError(`${path} cannot be read; expected \`texts:\` with a list of at least one text`, {
      cause,
    });
  }
}
