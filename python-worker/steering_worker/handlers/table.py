"""Every request that a worker answers, with its body and its handler."""

from collections.abc import Mapping
from types import MappingProxyType

from steering_worker.handlers.accessibility import accessibility
from steering_worker.handlers.calibrate import calibrate
from steering_worker.handlers.describe import check_params, describe
from steering_worker.handlers.fit import fit, put
from steering_worker.handlers.generate import generate
from steering_worker.handlers.handler import Handler
from steering_worker.handlers.load import load
from steering_worker.handlers.logprobs import logprobs
from steering_worker.handlers.speed_test import speed_test
from steering_worker.handlers.stop import stop
from steering_worker.handlers.tokenize import tokenize
from steering_worker.protocol import messages
from steering_worker.session import Session

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
