"""The orchestrator's end of the protocol, in as few lines as a test of the worker needs."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import zmq

from steering_worker.protocol.frames import Blob, Message, decode, encode

ROOT = Path(__file__).parent.parent
RUN, SESSION = "run-1", "session-1"


class Orchestrator:
    """Binds a CURVE ROUTER and starts one real worker process."""

    def __init__(self, folder: Path, *, server_key: bytes | None = None, heartbeat_seconds: float = 0.2) -> None:
        self.context = zmq.Context()
        self.router = self.context.socket(zmq.ROUTER)
        self.router.linger = 0
        public, secret = zmq.curve_keypair()
        self.router.curve_server = True
        self.router.curve_publickey = public
        self.router.curve_secretkey = secret
        endpoint = f"ipc://{folder}/socket"
        self.router.bind(endpoint)
        client_public, client_secret = zmq.curve_keypair()
        self.credentials = {
            "endpoint": endpoint,
            "run": RUN,
            "worker": "w1",
            "server_key": (server_key or public).decode(),
            "public_key": client_public.decode(),
            "secret_key": client_secret.decode(),
            "heartbeat_seconds": heartbeat_seconds,
        }
        self.stderr_path = folder / "stderr"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "steering_worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self.stderr_path.open("wb"),
        )
        self.send_line(json.dumps(self.credentials))
        self.identity = b""
        self.seq = 0
        self.heartbeats: list[Message] = []

    def __enter__(self) -> "Orchestrator":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait(30)
        self.router.close()
        self.context.term()
        if kind is not None:
            print(self.stderr_path.read_text())

    def send_line(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def receive(self, seconds: float = 120) -> Message:
        """The next message that is not a heartbeat."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.router.poll(100):
                if self.process.poll() is not None:
                    raise EOFError(f"the worker exited with {self.process.returncode}")
                continue
            self.identity, *frames = self.router.recv_multipart()
            message = decode(frames)
            if message.type != "heartbeat":
                return message
            self.heartbeats.append(message)
        raise TimeoutError("no message came")

    def send(
        self,
        kind: str,
        body: Mapping[str, Any] | None = None,
        *,
        block: str | None = None,
        lease: int | None = None,
        attempt: int | None = None,
        blobs: Sequence[Blob] = (),
        session: str = SESSION,
        run: str = RUN,
        seq: int | None = None,
    ) -> int:
        number = self.seq if seq is None else seq
        self.seq = max(self.seq, number) + 1
        message = Message(
            type=kind,
            run=run,
            session=session,
            seq=number,
            block=block,
            lease=lease,
            attempt=attempt,
            body=body,
            blobs=tuple(blobs),
        )
        self.router.send_multipart([self.identity, *encode(message)])
        return number

    def welcome(self) -> Message:
        hello = self.receive()
        assert hello.type == "hello" and hello.body is not None
        self.send("welcome", {"session": SESSION, "nonce": hello.body["nonce"]})
        return hello

    def ask(self, kind: str, body: Mapping[str, Any], *, blobs: Sequence[Blob] = ()) -> Message:
        """The answer to a request that is not leased."""
        number = self.send(kind, body, blobs=blobs)
        return self.answer_to(number)

    def lease(self, kind: str, body: Mapping[str, Any], block: str, lease: int) -> Message:
        number = self.send(kind, body, block=block, lease=lease, attempt=1)
        return self.answer_to(number)

    def answer_to(self, number: int) -> Message:
        while True:
            message = self.receive()
            if message.type == "hello":  # repeated while the welcome was under way
                continue
            assert message.reply_to == number, message
            assert message.session == SESSION
            return message
