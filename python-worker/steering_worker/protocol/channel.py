"""The worker's end of the protocol. An I/O thread owns the socket, so heartbeats continue while the model works."""

import itertools
import math
import os
import queue
import secrets
import socket
import sys
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import zmq
from pydantic import BaseModel, ValidationError

from steering_worker.errors import SAME_CHECKOUT, WorkerError, error_body
from steering_worker.protocol.credentials import Credentials
from steering_worker.protocol.frames import MAX_MESSAGE_BYTES, Blob, FrameError, Message, decode, encode
from steering_worker.protocol.heartbeat import Activity, resident_bytes
from steering_worker.protocol.kept_results import KeptResult, KeptResults
from steering_worker.protocol.messages import Cancel, Reject, Welcome
from steering_worker.protocol.requests import Requests

Parsed = TypeVar("Parsed", bound=BaseModel)

EXIT_INTERNAL = 1
#: How long a stopping worker waits for its last message to be sent.
FAREWELL_MILLISECONDS = 2000


class Channel:
    """Says hello, sends heartbeats and delivers requests in order; answers may be queued from any thread."""

    def __init__(self, credentials: Credentials, hello: Mapping[str, Any], activity: Activity) -> None:
        self._credentials = credentials
        self._nonce = secrets.token_hex(16)
        self._hello = {**hello, "worker": credentials.worker, "nonce": self._nonce}
        self._activity = activity
        self._session = ""
        self._seq = itertools.count()
        self._outgoing: deque[list[bytes]] = deque()
        self._incoming: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._greeted = threading.Event()
        self._closing = threading.Event()
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="channel", daemon=True)
        self.requests = Requests()
        self.kept = KeptResults()
        self.dropped: Counter[str] = Counter()
        self.rejected: Reject | None = None

    def open(self, seconds: float) -> bool:
        """Connect and wait for WELCOME; False if it did not arrive in time, or REJECT arrived (`rejected`)."""
        self._thread.start()
        return self._greeted.wait(seconds) and self.rejected is None

    def next_request(self) -> Message:
        """Wait for the next request."""
        return self._incoming.get()

    def answer(self, kind: str, request: Message, body: Mapping[str, Any], blobs: Sequence[Blob] = ()) -> None:
        """Queue `reply`, `result` or `error` to a request and count it as answered. Raises `FrameError`."""
        message = Message(
            type=kind,
            run=self._credentials.run,
            session=self._session,
            seq=next(self._seq),
            reply_to=request.seq,
            block=request.block,
            lease=request.lease,
            attempt=request.attempt,
            body=body,
            blobs=tuple(blobs),
        )
        frames = encode(message)
        if kind == "result" and request.block is not None and request.lease is not None:
            self.kept.keep(request.block, request.lease, KeptResult(body, tuple(blobs)))
        self.requests.close(request.seq)
        self._outgoing.append(frames)
        self._wake()

    def close(self) -> None:
        """Send what is queued and close the socket."""
        self._closing.set()
        self._wake()
        self._thread.join(timeout=2 * FAREWELL_MILLISECONDS / 1000)

    def _wake(self) -> None:
        self._wake_write.send(b"\0")

    def _run(self) -> None:
        try:
            self._loop()
        except Exception:
            traceback.print_exc()
            os._exit(EXIT_INTERNAL)  # a worker that cannot communicate must not appear alive

    def _loop(self) -> None:
        context = zmq.Context()
        dealer = context.socket(zmq.DEALER)
        dealer.linger = 0
        dealer.maxmsgsize = MAX_MESSAGE_BYTES
        dealer.identity = b"\x01" + secrets.token_bytes(15)
        dealer.curve_serverkey = self._credentials.server_key.encode("ascii")
        dealer.curve_publickey = self._credentials.public_key.encode("ascii")
        dealer.curve_secretkey = self._credentials.secret_key.encode("ascii")
        dealer.connect(self._credentials.endpoint)
        poller = zmq.Poller()
        poller.register(dealer, zmq.POLLIN)
        poller.register(self._wake_read, zmq.POLLIN)
        beat_at = time.monotonic()
        while not self._closing.is_set():
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + self._credentials.heartbeat_seconds
                self._beat()
            self._flush(dealer)
            events = dict(poller.poll(max(0, math.ceil((beat_at - time.monotonic()) * 1000))))
            if self._wake_read.fileno() in events:
                self._wake_read.recv(4096)
            if dealer in events:
                self._receive_all(dealer)
        self._flush(dealer)
        dealer.close(linger=FAREWELL_MILLISECONDS)
        context.term()

    def _beat(self) -> None:
        """Send a heartbeat; before WELCOME, the same hello again."""
        if self._session:
            body = {
                "progress": self._activity.progress,
                "state": self._activity.state,
                "rss_bytes": resident_bytes(),
            }
            self._outgoing.append(self._frames("heartbeat", body))
        elif self.rejected is None:
            self._outgoing.append(self._frames("hello", self._hello))

    def _frames(self, kind: str, body: Mapping[str, Any]) -> list[bytes]:
        return encode(
            Message(type=kind, run=self._credentials.run, session=self._session, seq=next(self._seq), body=body)
        )

    def _flush(self, dealer: zmq.Socket[bytes]) -> None:
        while self._outgoing:
            try:
                dealer.send_multipart(self._outgoing[0], flags=zmq.NOBLOCK)
            except zmq.Again:
                return
            self._outgoing.popleft()

    def _receive_all(self, dealer: zmq.Socket[bytes]) -> None:
        while True:
            try:
                frames = dealer.recv_multipart(flags=zmq.NOBLOCK)
            except zmq.Again:
                return
            try:
                self._handle(decode(frames))
            except FrameError as error:
                self._refuse(error)

    def _handle(self, message: Message) -> None:
        if message.run != self._credentials.run:
            return self._drop("run", f"a message of run {message.run!r}")
        if message.type == "reject" and not self._session:
            return self._reject(_parse(Reject, message))
        if message.type == "welcome":
            return self._welcome(message)
        if not self._session or message.session != self._session:
            return self._drop("session", f"a {message.type} of session {message.session!r}")
        if not self.requests.is_new(message.seq):
            return self._drop("repeated", f"a second {message.type} with seq {message.seq}")
        if message.type in ("committed", "discard"):
            if message.block is None or message.lease is None:
                raise FrameError("header", f"a {message.type} without block or lease")
            return self.kept.drop(message.block, message.lease)
        if message.type == "cancel":
            return self.requests.cancel(_parse(Cancel, message).reply_to)
        self.requests.open(message.seq)
        self._incoming.put(message)

    def _welcome(self, message: Message) -> None:
        welcome = _parse(Welcome, message)
        if welcome.nonce != self._nonce or message.session != welcome.session:
            return self._drop("nonce", "a welcome for another hello")
        if not self._session:
            self._session = welcome.session
            self._greeted.set()

    def _reject(self, reject: Reject) -> None:
        self.rejected = reject
        self._greeted.set()

    def _refuse(self, error: FrameError) -> None:
        """Tell the orchestrator, which would otherwise wait for an answer; without a session, end the process."""
        self._drop(error.reason, str(error))
        message = f"Worker {self._credentials.worker} refused a message of the orchestrator ({error})."
        if not self._session:
            return self._reject(Reject(code="version" if error.reason == "version" else "worker", message=message))
        self._outgoing.append(self._frames("error", error_body(WorkerError("refused_message", message, SAME_CHECKOUT))))

    def _drop(self, reason: str, detail: str) -> None:
        self.dropped[reason] += 1
        print(f"dropped a message ({detail})", file=sys.stderr, flush=True)


def _parse(schema: type[Parsed], message: Message) -> Parsed:
    try:
        return schema.model_validate(message.body)
    except ValidationError as error:
        raise FrameError("body", f"the body of a {message.type} is not valid") from error
