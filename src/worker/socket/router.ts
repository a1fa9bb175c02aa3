import { Context, Router } from "zeromq";
import {
  type DropReason,
  decode,
  encode,
  type Header,
  MAX_MESSAGE_BYTES,
  type Message,
  PROTOCOL,
  type Tensor,
} from "../wire/frames.js";
import { bindLocal } from "./endpoint.js";
import { AdmittedKeys, newKeyPair } from "./keys.js";
import { openZapHandler, ZAP_DOMAIN } from "./zap.js";

export interface Drop {
  readonly reason: DropReason | "session" | "body" | "undeliverable";
  readonly detail: string;
}

interface RouterHandlers {
  /** `peer` is the routing id in hex. Must not throw. */
  onMessage(peer: string, message: Message): void;
  onDrop(peer: string, drop: Drop): void;
}

/** The one socket that all workers talk to. */
export interface MessageRouter {
  readonly address: string;
  readonly serverKey: string;
  readonly admitted: AdmittedKeys;
  /** Connections refused by key or mechanism. */
  refused(): number;
  send(peer: string, header: Header, body?: unknown, tensors?: readonly Tensor[]): void;
  close(): Promise<void>;
}

/** Bind the ROUTER with CURVE and ZAP, and hand every message that passes all checks to `onMessage`. */
export async function openRouter(handlers: RouterHandlers, run: string): Promise<MessageRouter> {
  const keys = newKeyPair();
  const admitted = new AdmittedKeys();
  const context = new Context();
  const zap = await openZapHandler(context, admitted);
  const socket = new Router({
    context,
    mandatory: true,
    sendTimeout: 0,
    linger: 0,
    maxMessageSize: MAX_MESSAGE_BYTES,
    curveServer: true,
    curveSecretKey: keys.secretKey,
    zapDomain: ZAP_DOMAIN,
  });
  const address = await bindLocal(socket);

  let sending: Promise<void> = Promise.resolve();
  const send = (peer: string, frames: readonly Buffer[]) => {
    sending = sending.then(async () => {
      if (socket.closed) return;
      try {
        await socket.send([Buffer.from(peer, "hex"), ...frames]);
      } catch (error) {
        handlers.onDrop(peer, { reason: "undeliverable", detail: String(error) });
      }
    });
  };

  const receiving = receive(socket, (peer, frames) => {
    const decoded = decode(frames);
    if (decoded.ok) {
      handlers.onMessage(peer, decoded.message);
      return;
    }
    handlers.onDrop(peer, decoded);
    if (decoded.reason === "version") send(peer, versionRejection(run));
  });

  return {
    address,
    serverKey: keys.publicKey,
    admitted,
    refused: zap.refused,
    send: (peer, header, body, tensors) => send(peer, encode(header, body, tensors)),
    close: async () => {
      await sending;
      socket.close();
      zap.close();
      await receiving;
    },
  };
}

async function receive(
  socket: Router,
  handle: (peer: string, frames: readonly Buffer[]) => void,
): Promise<void> {
  for await (const [peer, ...frames] of socket) handle((peer ?? Buffer.alloc(0)).toString("hex"), frames);
}

function versionRejection(run: string): Buffer[] {
  const { major, minor } = PROTOCOL;
  return encode(
    { type: "reject", run, session: "", seq: 0, reply_to: null, block: null, lease: null, attempt: null },
    {
      code: "version",
      message: `The orchestrator speaks protocol ${major}.${minor}; install the worker that came with it.`,
    },
  );
}
