import { SetUpError } from "./set-up-error.mjs";

const REQUIRED = [20, 19];

/** @param {string} version as `process.versions.node` has it */
export function checkNodeVersion(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > REQUIRED[0] || (major === REQUIRED[0] && minor >= REQUIRED[1])) return;
  throw new SetUpError(
    `Node ${version} is too old: Steering Window needs Node ${REQUIRED.join(".")} or newer; install it from https://nodejs.org and run the same command again.`,
  );
}
