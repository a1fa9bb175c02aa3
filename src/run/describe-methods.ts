import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileSha256 } from "../util/file-sha256.js";
import { UserError } from "../util/user-error.js";
import type { Catalogue, UserFile } from "../worker/wire/requests.js";
import { launchWorkers } from "./start/worker-launch.js";

/** The worker's catalogue of directions and edits, and the shipped presets, as text for people. */
export async function describeMethods(
  root: string,
  files: readonly string[],
  logFolder: string,
): Promise<{ readonly catalogue: Catalogue; readonly text: string }> {
  const userMethods = await Promise.all(files.map(userFile));
  const pool = await launchWorkers({ root, run: "methods", workers: 1, logFolder, userMethods });
  try {
    const catalogue = await pool.catalogue();
    return {
      catalogue,
      text: `${catalogueText(catalogue)}\nPresets (configs/methods)\n${await presetsText(root)}`,
    };
  } finally {
    await pool.close();
  }
}

async function userFile(path: string): Promise<UserFile> {
  const sha256 = await fileSha256(path);
  if (sha256 === null) throw new UserError(`${path} does not exist; give the path of a Python file`);
  return { path, sha256 };
}

function catalogueText({ directions, edits }: Catalogue): string {
  const entry = (kind: string, facts: readonly string[], summary: string, schema: object) =>
    `  ${kind}  (${facts.join(", ")})\n      ${summary}\n${parameters(schema)}`;
  const directionLines = directions.map((direction) =>
    entry(
      direction.kind,
      [
        direction.needs_contrast ? "needs a contrast" : "no contrast",
        ...(direction.random ? ["random"] : []),
      ],
      direction.summary,
      direction.params_schema,
    ),
  );
  const editLines = edits.map((edit) =>
    entry(
      edit.kind,
      [
        `axis ${edit.axis}`,
        `units ${edit.units.join(", ")}`,
        edit.neutral === null ? "no neutral strength" : `neutral at ${edit.neutral}`,
      ],
      edit.summary,
      edit.params_schema,
    ),
  );
  return `Directions\n${directionLines.join("")}\nEdits\n${editLines.join("")}`;
}

/** One line for each parameter: name, what it may be, default. */
function parameters(schema: object): string {
  const properties: unknown = Reflect.get(schema, "properties");
  if (typeof properties !== "object" || properties === null) return "";
  return Object.entries(properties)
    .map(([name, property]: [string, unknown]) => {
      const { title: _, default: value, description, ...rest } = (property ?? {}) as Record<string, unknown>;
      const fallback = value === undefined ? "required" : `default ${JSON.stringify(value)}`;
      const words = typeof description === "string" ? `  ${description}` : "";
      return `      ${name}: ${JSON.stringify(rest)}, ${fallback}${words}\n`;
    })
    .join("");
}

async function presetsText(root: string): Promise<string> {
  const folder = join(root, "configs", "methods");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yaml")).sort();
  const lines = await Promise.all(
    files.map(async (file) => {
      const first = (await readFile(join(folder, file), "utf8"))
        .split("\n")
        .find((line) => line.startsWith("# "));
      return `  ${file.replace(/\.yaml$/, "")}  ${first?.slice(2) ?? ""}\n`;
    }),
  );
  return lines.join("");
}
