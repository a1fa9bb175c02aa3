import { NO_ROOM_CAUSES } from "../../util/no-room-causes.js";

/** What each error code of the operating system means, and what to do about it. */
const REFUSALS: Readonly<Record<string, readonly [cause: string, remedy: string]>> = Object.freeze({
  EACCES: ["permission is denied", "give this user the right to it, or name another place"],
  EAGAIN: ["no more processes or threads are allowed", "end some, or raise the limit (ulimit -u)"],
  EBUSY: ["something else is using it", "wait until it is free, or name another place"],
  EDQUOT: [NO_ROOM_CAUSES.EDQUOT, "free some space and run the same command again"],
  EEXIST: ["something else exists there", "move it away, or name another place"],
  EFBIG: [NO_ROOM_CAUSES.EFBIG, "raise the limit, or use another disk"],
  EIO: ["the device failed", "check the disk, or use another one"],
  EISDIR: ["it is a folder", "name a file"],
  ELOOP: ["its links form a circle", "repair the links, or name another place"],
  EMFILE: ["too many files are open", "close some, or raise the limit (ulimit -n)"],
  ENAMETOOLONG: ["the name is too long", "choose a shorter one"],
  ENFILE: ["too many files are open on this machine", "stop the programs that hold them"],
  ENODEV: ["there is no such device", "name another place"],
  ENOENT: ["there is no such file or folder", "check the path and what its links lead to"],
  ENOMEM: ["memory is full", "free some and run the same command again"],
  ENOSPC: [NO_ROOM_CAUSES.ENOSPC, "free some space and run the same command again"],
  ENOTDIR: ["a part of the path is a file", "name a place in a folder"],
  ENOTEMPTY: ["the folder is not empty", "empty it, or name another place"],
  ENXIO: ["there is no such device", "name another place"],
  EPERM: ["it is not permitted", "give this user the right to it, or name another place"],
  EROFS: ["the file system is read-only", "name a writable place"],
  ETXTBSY: ["it is a running program", "stop it, or name another place"],
  EXDEV: ["it is on another disk", "name a place on the same disk"],
});

/** What was being done, by the system call that failed; any other call is named as it is. */
const DOINGS: Readonly<Record<string, string>> = Object.freeze({
  access: "looking at",
  chmod: "changing the permissions of",
  copyfile: "copying",
  fstat: "looking at",
  fsync: "writing",
  ftruncate: "cutting",
  lstat: "looking at",
  mkdir: "making the folder",
  mkdtemp: "making a folder like",
  open: "opening",
  opendir: "listing",
  read: "reading",
  readlink: "following the link",
  realpath: "following the links of",
  rename: "renaming",
  rm: "removing",
  rmdir: "removing the folder",
  scandir: "listing",
  stat: "looking at",
  unlink: "removing",
  uv_cwd: "finding the working folder",
  write: "writing",
});

/** A sentence for an error of the operating system: what was being done, to which path, why, and the next step. Null for other errors. */
export function systemSentence(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code, syscall, path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const refusal = code === undefined ? undefined : REFUSALS[code];
  if (refusal === undefined || syscall === undefined) return null;
  const [cause, remedy] = refusal;
  const [call = syscall, program] = syscall.split(" ");
  const doing = call === "spawn" ? `starting ${program ?? "a process"}` : (DOINGS[call] ?? call);
  const place = call === "spawn" || path === undefined ? "" : ` ${path}`;
  const target = dest === undefined ? "" : ` to ${dest}`;
  return `${doing}${place}${target} failed: ${cause} (${code}); ${remedy}`;
}

/** Messages with which the JavaScript engine says that something is larger, or nested deeper, than it can hold. */
const TOO_LARGE =
  /^(Invalid (string|array|typed array|array buffer) length|Array buffer allocation failed|Maximum call stack size exceeded|(Set|Map) maximum size exceeded|Cannot create a (string|Buffer) l)/;
const TOO_LARGE_CODES = new Set(["ERR_FS_FILE_TOO_LARGE", "ERR_STRING_TOO_LONG", "ERR_BUFFER_TOO_LARGE"]);

/** A sentence for an input that is larger than the JavaScript engine can hold. Null for other errors. */
export function tooLargeSentence(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as NodeJS.ErrnoException;
  const large = error instanceof RangeError && TOO_LARGE.test(error.message);
  if (!large && !TOO_LARGE_CODES.has(code ?? "")) return null;
  const place = /[\w.-]+\.[jt]s:\d+/.exec((error.stack ?? "").replace(error.message, ""))?.[0];
  const where = place === undefined ? "" : ` at ${place}`;
  return `the input is too large, or nested too deeply, to be processed (${error.message}${where}); give a smaller one`;
}
