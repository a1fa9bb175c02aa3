import { dirname, relative } from "node:path";
import { recordedFiles, type WritableRunFiles } from "../store/folder/recorded-files.js";
import { type StagedFile, stageFile } from "../store/log/durable.js";
import { type Manifest, writeManifest } from "../store/manifest.js";

/** The manifest of the run under way, and the files under its checksums: every change is durable when it returns. */
export class ManifestBook implements WritableRunFiles {
  #manifest: Manifest;

  constructor(
    readonly path: string,
    manifest: Manifest,
  ) {
    this.#manifest = manifest;
    writeManifest(path, manifest);
  }

  get current(): Manifest {
    return this.#manifest;
  }

  update(change: (manifest: Manifest) => Partial<Manifest>): void {
    const changed = { ...this.#manifest, replacing: {}, ...change(this.#manifest) };
    writeManifest(this.path, changed);
    this.#manifest = changed;
  }

  read(path: string): Buffer | null {
    return recordedFiles(dirname(this.path), this.#manifest).read(path);
  }

  check(path: string): boolean {
    return recordedFiles(dirname(this.path), this.#manifest).check(path);
  }

  replace(path: string, content: string): void {
    this.put(path, stageFile(path, [Buffer.from(content)]));
  }

  /**
   * Puts a file in its place. While an existing file is replaced, the manifest lists both versions, so that a stop at any
   * point leaves one that it knows. A new file belongs to the run once the manifest lists it.
   */
  put(path: string, staged: StagedFile): void {
    const name = relative(dirname(this.path), path);
    const { files: known } = this.#manifest;
    const files = { ...known, [name]: staged.record };
    const before = known[name];
    try {
      if (before !== undefined) this.update(() => ({ files, replacing: { [name]: before } }));
      staged.put();
    } catch (cause) {
      staged.discard();
      this.#manifest = { ...this.#manifest, files: known, replacing: {} };
      throw cause;
    }
    this.update(() => ({ files }));
  }
}
