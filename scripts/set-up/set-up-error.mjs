/** Something that this machine lacks: printed as one sentence with its remedy, exit code 2. */
export class SetUpError extends Error {
  name = "SetUpError";
  exitCode = 2;
}

const causes = [
  {
    pattern: /ENOSPC|No space left on device|disk quota exceeded/i,
    sentence: (step, folder) =>
      `${step} failed because the disk that holds ${folder} is full; free some space and run the same command again.`,
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|NewConnectionError|Temporary failure in name resolution|Could not resolve host|No matching distribution found/i,
    sentence: (step) =>
      `${step} failed because the package registry could not be reached; connect to the network (or set your proxy) and run the same command again.`,
  },
  {
    pattern: /EACCES|EROFS|Permission denied|Read-only file system/i,
    sentence: (step, folder) =>
      `${step} failed because ${folder} cannot be written; make it writable or clone into a folder that is.`,
  },
];

/** One sentence for a failed installer: its cause where the output shows one, else the output's last line. */
export function explainFailure(step, folder, output) {
  const known = causes.find(({ pattern }) => pattern.test(output));
  if (known) return new SetUpError(known.sentence(step, folder));
  const last = output.trim().split("\n").at(-1) ?? "no output";
  return new SetUpError(`${step} failed: ${last}; the whole output is in ${folder}/.setup/last-failure.log.`);
}
