import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL("..", import.meta.url));
const built = fileURLToPath(new URL("../../dist", import.meta.url));

/**
 * Path of a module that runs in a process of its own. Where the caller runs from TypeScript sources, as in the tests, it
 * is what was built of them: a loader of sources would take every process half a second.
 *
 * @param name of the module, which lies beside the caller, without its extension.
 * @param from `import.meta.url` of the caller.
 */
export function childModule(name: string, from: string): string {
  const path = fileURLToPath(new URL(`./${name}.js`, from));
  return from.endsWith(".ts") ? join(built, relative(sources, path)) : path;
}
