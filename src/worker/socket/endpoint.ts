import { randomUUID } from "node:crypto";
import type { Router } from "zeromq";

/**
 * Bind where only this machine can connect and nothing is left on disk, however the process ends: to a name in Linux's
 * abstract socket namespace, elsewhere to loopback. A client still needs an admitted key.
 */
export async function bindLocal(
  socket: Router,
  platform: NodeJS.Platform = process.platform,
): Promise<string> {
  if (platform === "linux") {
    const address = `ipc://@steering-window-${randomUUID()}`;
    await socket.bind(address);
    return address;
  }
  await socket.bind("tcp://127.0.0.1:*");
  const address = socket.lastEndpoint;
  if (address === null) throw new Error("The loopback socket has no address after bind.");
  return address;
}
