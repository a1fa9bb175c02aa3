import { type Context, Reply } from "zeromq";
import type { AdmittedKeys } from "./keys.js";

export const ZAP_DOMAIN = "steering-window";

interface ZapHandler {
  /** Connections refused so far. */
  refused(): number;
  close(): void;
}

/**
 * Answer ZeroMQ's authentication requests (RFC 27) of one context: CURVE with an admitted key is accepted, everything
 * else is refused. Must be bound before the socket that it guards: without a handler, CURVE admits any client key.
 */
export async function openZapHandler(context: Context, admitted: AdmittedKeys): Promise<ZapHandler> {
  const socket = new Reply({ context, linger: 0 });
  await socket.bind("inproc://zeromq.zap.01");
  let refusals = 0;
  const serving = serve(socket, admitted, () => {
    refusals += 1;
  });
  serving.catch(() => socket.close());
  return { refused: () => refusals, close: () => socket.close() };
}

async function serve(socket: Reply, admitted: AdmittedKeys, onRefusal: () => void): Promise<void> {
  for await (const frames of socket) {
    const [version, id, domain, , , mechanism, key] = frames;
    const known =
      frames.length === 7 &&
      version?.toString("latin1") === "1.0" &&
      domain?.toString("latin1") === ZAP_DOMAIN &&
      mechanism?.toString("latin1") === "CURVE" &&
      key?.length === 32 &&
      admitted.has(key);
    if (!known) onRefusal();
    const verdict = known ? ["200", "OK"] : ["400", "unknown client"];
    await socket.send(["1.0", id ?? "", ...verdict, "", ""]);
  }
}
