"""Every request that the worker of planted truths answers."""

from collections.abc import Mapping
from types import MappingProxyType

from planted_truth.handlers.describe import check_params, describe
from planted_truth.handlers.generate import generate
from planted_truth.handlers.load import load, tokenize
from planted_truth.handlers.logprobs import logprobs
from planted_truth.handlers.measures import accessibility, calibrate, speed_test
from planted_truth.handlers.vectors import fit, put
from planted_truth.session import Session
from steering_worker.handlers.answer import Answer
from steering_worker.handlers.handler import Handler
from steering_worker.progress import Progress
from steering_worker.protocol import messages
from steering_worker.protocol.frames import Message


def stop(session: Session, body: messages.Stop, request: Message, progress: Progress) -> Answer:
    return Answer({})


HANDLERS: Mapping[str, Handler[Session]] = MappingProxyType(
    {
        "describe": Handler(messages.Describe, describe, "idle", False),
        "check_params": Handler(messages.CheckParams, check_params, "idle", False),
        "tokenize": Handler(messages.Tokenize, tokenize, "idle", False),
        "load": Handler(messages.Load, load, "loading", False),
        "fit": Handler(messages.Fit, fit, "fitting", True),
        "put": Handler(messages.Put, put, "idle", False),
        "generate": Handler(messages.Generate, generate, "generating", True),
        "logprobs": Handler(messages.Logprobs, logprobs, "measuring", True),
        "calibrate": Handler(messages.Calibrate, calibrate, "measuring", True),
        "accessibility": Handler(messages.Accessibility, accessibility, "measuring", False),
        "speed_test": Handler(messages.SpeedTest, speed_test, "measuring", False),
        "stop": Handler(messages.Stop, stop, "idle", False),
    }
)
