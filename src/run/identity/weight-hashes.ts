import { existsSync, readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { checksummedJson, parseChecksummedJson } from "../../store/checksummed-json.js";
import { replaceFile } from "../../store/log/durable.js";
import { filesSha256 } from "./model-files.js";

const Entry = z.strictObject({
  files: z.array(
    z.strictObject({
      path: z.string(),
      bytes: z.string(),
      inode: z.string(),
      modified: z.string(),
      changed: z.string(),
    }),
  ),
  sha256: z.string(),
});
const Cache = z.strictObject({ models: z.record(z.string(), Entry) });

/**
 * Hashes of models' weights, cached in a file so that gigabytes are not read for every report. A hash is valid as long as
 * path, size, inode and times of all its files are unchanged. If the cache is damaged or lost, the weights are read again.
 */
export class WeightHashes {
  readonly #path: string;
  readonly #models: Record<string, z.infer<typeof Entry>>;

  constructor(path: string) {
    this.#path = path;
    const parsed = existsSync(path)
      ? Cache.safeParse(parseChecksummedJson(readFileSync(path, "utf8")))
      : null;
    this.#models = parsed?.success ? { ...parsed.data.models } : {};
  }

  /** @param onRead called before files are read, with their bytes. */
  sha256(model: string, paths: readonly string[], onRead: (bytes: number) => void): string {
    const files = paths.map(fileState);
    const known = this.#models[model];
    if (known !== undefined && JSON.stringify(known.files) === JSON.stringify(files)) return known.sha256;
    onRead(files.reduce((sum, { bytes }) => sum + Number(bytes), 0));
    const sha256 = filesSha256(paths);
    this.#models[model] = { files, sha256 };
    replaceFile(this.#path, checksummedJson(Cache.parse({ models: this.#models })));
    return sha256;
  }
}

function fileState(path: string) {
  const { size, ino, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return { path, bytes: `${size}`, inode: `${ino}`, modified: `${mtimeNs}`, changed: `${ctimeNs}` };
}
