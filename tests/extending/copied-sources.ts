import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { pythonOf } from "../../src/run/start/worker-launch.js";
import { root as repository } from "../run/command.js";

const COPIED = ["src", "configs", "docs/examples", "python-worker/steering_worker", "package.json"];
/** `dist` for its processes, which no step changes. */
const LINKED = ["node_modules", ".venv", "models", "assets", "dist"];
const SOURCES = /^(?:src|python-worker\/steering_worker)\//;

/** A copy of the sources in which a test carries out the steps of CONTRIBUTING.md. */
export class CopiedSources {
  readonly #root = mkdtempSync(join(tmpdir(), "steering-window-extending-"));
  readonly #changed = new Set<string>();

  constructor() {
    for (const path of COPIED) cpSync(join(repository, path), join(this.#root, path), { recursive: true });
    for (const path of LINKED) symlinkSync(join(repository, path), join(this.#root, path));
  }

  read(path: string): string {
    return readFileSync(join(this.#root, path), "utf8");
  }

  write(path: string, text: string): void {
    this.#changed.add(path);
    writeFileSync(join(this.#root, path), text);
  }

  /** Writes a new file: the exemplar with some of its text replaced. */
  copy(exemplar: string, path: string, replacements: Readonly<Record<string, string>>): void {
    if (existsSync(join(this.#root, path))) throw new Error(`${path} exists already`);
    this.write(path, replaced(exemplar, this.read(exemplar), replacements));
  }

  change(path: string, replacements: Readonly<Record<string, string>>): void {
    this.write(path, replaced(path, this.read(path), replacements));
  }

  /** New and changed files among those that CONTRIBUTING.md counts. */
  sourceFiles(): readonly string[] {
    return [...this.#changed].filter((path) => SOURCES.test(path)).toSorted();
  }

  /** Runs the command line of the copy, without a build; resolves with what it prints. */
  async run(args: readonly string[]): Promise<string> {
    const main = pathToFileURL(join(this.#root, "src", "cli", "main.ts")).href;
    const program = `const { main } = await import(${JSON.stringify(main)}); await main(process.argv.slice(1), ${JSON.stringify(this.#root)});`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program, "--", ...args],
      {
        cwd: this.#root,
        env: { ...process.env, HF_HUB_OFFLINE: "1", npm_lifecycle_event: undefined },
        maxBuffer: 1 << 24,
      },
    );
    return stdout;
  }

  /** Runs a Python program that imports the worker of the copy; resolves with what it prints. */
  async python(program: string): Promise<string> {
    const cwd = join(this.#root, "python-worker");
    const { stdout } = await promisify(execFile)(pythonOf(this.#root), ["-c", program], { cwd });
    return stdout;
  }
}

function replaced(path: string, text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`${path} does not contain ${JSON.stringify(from)}`);
    return changed.replaceAll(from, to);
  }, text);
}
