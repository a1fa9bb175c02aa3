import { type Manifest, writeManifest } from "../store/manifest.js";

/** The manifest of the run under way: every change is durable before `update` returns. */
export class ManifestBook {
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
    const changed = { ...this.#manifest, ...change(this.#manifest) };
    writeManifest(this.path, changed);
    this.#manifest = changed;
  }
}
