import { existsSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { capture, runInstaller } from "./command.mjs";
import { SetUpError } from "./set-up-error.mjs";
import { inputHash, isStamped, stamped } from "./stamp.mjs";

const CANDIDATES = ["python3", "python3.13", "python3.12", "python3.11", "python"];
const PROBE =
  "import sys; print('%d.%d' % sys.version_info[:2])\n" +
  "try:\n import venv, ensurepip; print('venv')\nexcept ImportError: print('no venv')";
const GIBIBYTE = 2 ** 30;

/** The interpreter inside the project's environment. */
export const venvPython = (root) =>
  process.platform === "win32"
    ? join(root, ".venv", "Scripts", "python.exe")
    : join(root, ".venv", "bin", "python");

/** Makes `.venv` and installs what the worker needs (and what the tests need). */
export async function setUpPython({ root, tests, log, env = process.env }) {
  const requirements = ["requirements.txt", ...(tests ? ["requirements-dev.txt"] : [])];
  const python = venvPython(root);
  const hash = inputHash(
    root,
    ["requirements.txt", "requirements-dev.txt", "constraints.txt"],
    [process.platform, process.arch],
  );
  const name = tests ? "python-tests" : "python";
  const made = () => existsSync(python);
  if (!tests && made() && isStamped(root, "python-tests", hash)) return;
  await stamped(
    { root, name, hash, made, log, title: "installing Python packages (about 1.6 GB, a minute or two)" },
    async () => {
      if (!made() || (await capture(python, ["-c", "import pip"])).code !== 0) {
        const base = await findPython(env);
        rmSync(join(root, ".venv"), { recursive: true, force: true });
        await runInstaller(root, "making .venv", base, ["-m", "venv", ".venv"], env);
      }
      checkDiskSpace(root);
      const args = [
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "-c",
        "constraints.txt",
      ];
      await runInstaller(
        root,
        "installing Python packages",
        python,
        [...args, ...requirements.flatMap((file) => ["-r", file])],
        env,
      );
    },
  );
}

/** The first Python that is new enough and can make environments. */
export async function findPython(env) {
  const named = env.STEERING_WINDOW_PYTHON;
  const seen = [];
  for (const candidate of named ? [named] : CANDIDATES) {
    const { code, output } = await capture(candidate, ["-c", PROBE], { env });
    if (code !== 0) continue;
    const [version, venv] = output.trim().split("\n");
    const [major, minor] = version.split(".").map(Number);
    if (major !== 3 || minor < 11) seen.push(`${candidate} is ${version}`);
    else if (venv !== "venv")
      seen.push(`${candidate} ${version} has no venv module (Debian: apt-get install python3-venv)`);
    else return candidate;
  }
  const found = named ? `STEERING_WINDOW_PYTHON=${named} does not work` : "none was found";
  throw new SetUpError(
    `Python 3.11 or newer with venv is needed, but ${seen.length > 0 ? seen.join(", ") : found}; install it, or name one with STEERING_WINDOW_PYTHON=/path/to/python3.`,
  );
}

function checkDiskSpace(root) {
  const { bavail, bsize } = statfsSync(root);
  const free = (bavail * bsize) / GIBIBYTE;
  if (free >= 3) return;
  throw new SetUpError(
    `The disk that holds ${root} has ${free.toFixed(1)} GiB free, but the Python packages need at least 3 GiB (8 GiB with CUDA); free some space and run the same command again.`,
  );
}
