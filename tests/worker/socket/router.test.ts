import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { curveKeyPair, Dealer, Router, type SocketOptions } from "zeromq";
import { bindLocal } from "../../../src/worker/socket/endpoint.js";
import { decodeZ85 } from "../../../src/worker/socket/keys.js";
import { type Drop, type MessageRouter, openRouter } from "../../../src/worker/socket/router.js";
import { encode, type Header, type Message } from "../../../src/worker/wire/frames.js";

const header: Header = {
  ...{ type: "heartbeat", run: "run-1", session: "", seq: 0, reply_to: null },
  ...{ block: null, lease: null, attempt: null },
};

let router: MessageRouter;
let messages: Message[];
let drops: Drop[];
const clients: Dealer[] = [];

beforeEach(async () => {
  messages = [];
  drops = [];
  const onMessage = (peer: string, message: Message) => {
    messages.push(message);
    router.send(peer, { ...header, type: "welcome" }, { session: "s", nonce: "n" });
  };
  router = await openRouter({ onMessage, onDrop: (_, drop) => drops.push(drop) }, "run-1");
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await router.close();
});

function connectClient(options: SocketOptions<Dealer>): Dealer {
  const client = new Dealer({ linger: 0, sendTimeout: 1_500, receiveTimeout: 1_500, ...options });
  clients.push(client);
  client.connect(router.address);
  return client;
}

function curveOptions(publicKey: string, secretKey: string, serverKey = router.serverKey) {
  return { curveServerKey: serverKey, curvePublicKey: publicKey, curveSecretKey: secretKey };
}

async function answersTo(client: Dealer): Promise<boolean> {
  await client.send(encode(header, { progress: 1, state: "idle", rss_bytes: 1 })).catch(() => {});
  return client.receive().then(
    () => true,
    () => false,
  );
}

test("a client with a key that was handed out reaches the handler and is answered", async () => {
  const { publicKey, secretKey } = curveKeyPair();
  router.admitted.admit(publicKey);
  expect(await answersTo(connectClient(curveOptions(publicKey, secretKey)))).toBe(true);
  expect(messages).toHaveLength(1);
});

test("a client without its key, without a mechanism or with a password reaches nothing", async () => {
  const known = curveKeyPair();
  const stranger = curveKeyPair();
  router.admitted.admit(known.publicKey);
  const strangers = {
    "a key that was not handed out": curveOptions(stranger.publicKey, stranger.secretKey),
    "another server's key": curveOptions(known.publicKey, known.secretKey, stranger.publicKey),
    "no key": {},
    "a password": { plainUsername: "worker", plainPassword: "secret" },
  };
  const answered = await Promise.all(
    Object.entries(strangers).map(async ([name, options]) => [name, await answersTo(connectClient(options))]),
  );
  expect(answered).toEqual(Object.keys(strangers).map((name) => [name, false]));
  expect(messages).toEqual([]);
  expect(drops).toEqual([]);
  expect(router.refused()).toBeGreaterThan(0);
});

test("a key that was taken back opens no new connection", async () => {
  const { publicKey, secretKey } = curveKeyPair();
  router.admitted.admit(publicKey);
  router.admitted.revoke(publicKey);
  expect(await answersTo(connectClient(curveOptions(publicKey, secretKey)))).toBe(false);
  expect(messages).toEqual([]);
});

/** Node cannot connect to an abstract socket. */
const RAW_BYTES = `
import os, socket, sys, time
scheme, _, name = sys.argv[1].partition("://")
host, _, port = name.rpartition(":")
for size in range(1, 740, 37):
    if scheme == "ipc":
        stranger = socket.socket(socket.AF_UNIX)
        stranger.connect("\\0" + name[1:])
    else:
        stranger = socket.create_connection((host, int(port)))
    stranger.send(os.urandom(size))
    time.sleep(0.005)
    stranger.close()
`;

test("raw bytes on the socket reach nothing, and the next client is served", async () => {
  await execa(join(import.meta.dirname, "../../../.venv/bin/python"), ["-c", RAW_BYTES, router.address]);
  const { publicKey, secretKey } = curveKeyPair();
  router.admitted.admit(publicKey);
  expect(await answersTo(connectClient(curveOptions(publicKey, secretKey)))).toBe(true);
  expect(messages).toHaveLength(1);
});

test("malformed frames of an admitted client are dropped and counted, and never reach the handler", async () => {
  const { publicKey, secretKey } = curveKeyPair();
  router.admitted.admit(publicKey);
  const client = connectClient(curveOptions(publicKey, secretKey));
  for (let i = 1; i <= 500; i++)
    await client.send(Array.from({ length: 1 + (i % 12) }, () => randomBytes(i % 50)));
  expect(await answersTo(client)).toBe(true);
  expect(messages).toHaveLength(1);
  expect(drops).toHaveLength(500);
});

test("another major version is answered with a rejection", async () => {
  const { publicKey, secretKey } = curveKeyPair();
  router.admitted.admit(publicKey);
  const client = connectClient(curveOptions(publicKey, secretKey));
  await client.send(["SW\0\x01", "anything"]);
  const [, head = Buffer.alloc(0)] = await client.receive();
  expect(head.toString("latin1")).toContain("reject");
  expect(drops).toMatchObject([{ reason: "version" }]);
});

test("a message to an absent peer is dropped without waiting", async () => {
  router.send("00ff", { ...header, type: "stop" }, {});
  await expect.poll(() => drops).toMatchObject([{ reason: "undeliverable" }]);
});

test("the socket leaves nothing on disk", () => {
  expect(router.address).toMatch(
    process.platform === "linux" ? /^ipc:\/\/@steering-window-/ : /^tcp:\/\/127/,
  );
});

test("without abstract sockets, loopback is used", async () => {
  const socket = new Router({ linger: 0 });
  expect(await bindLocal(socket, "darwin")).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
  socket.close();
});

test("Z85 text is decoded as RFC 32 says", () => {
  expect(decodeZ85("HelloWorld").toString("hex")).toBe("864fd26fb559f75b");
  expect(() => decodeZ85("Hell")).toThrow(RangeError);
  expect(() => decodeZ85("Hell~")).toThrow(RangeError);
  expect(() => decodeZ85("#####")).toThrow(RangeError);
});
