import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capability, type Router } from "zeromq";

/** Longest path of a Unix socket on Linux and macOS, whichever is shorter, less the final zero. */
const MAX_SOCKET_PATH = 103;

export interface Endpoint {
  readonly address: string;
  /** Remove what the endpoint left on disk. */
  remove(): Promise<void>;
}

/** Bind to ipc in a directory that only this user can enter, or to loopback where ipc is not to be had. */
export async function bindLocal(socket: Router, folder: string = tmpdir()): Promise<Endpoint> {
  const longest = join(folder, "steering-XXXXXX", "router");
  if (capability.ipc === true && process.platform !== "win32" && longest.length <= MAX_SOCKET_PATH) {
    // mkdtemp makes the directory with mode 0700.
    const directory = await mkdtemp(join(folder, "steering-"));
    const address = `ipc://${join(directory, "router")}`;
    await socket.bind(address);
    return { address, remove: () => rm(directory, { recursive: true, force: true }) };
  }
  await socket.bind("tcp://127.0.0.1:*");
  const address = socket.lastEndpoint;
  if (address === null) throw new Error("The loopback socket has no address after bind.");
  return { address, remove: async () => {} };
}
