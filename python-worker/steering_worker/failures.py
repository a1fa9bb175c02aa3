"""Every exception as the `WorkerError` that tells the orchestrator whether and how to try again."""

import torch

from steering_worker.engines.engine import Cancelled
from steering_worker.errors import WorkerError
from steering_worker.memory import is_out_of_memory
from steering_worker.one_line import one_line
from steering_worker.protocol.frames import FrameError


def as_worker_error(error: BaseException, doing: str) -> WorkerError:
    """`doing` names the request, as in "generate"."""
    if isinstance(error, WorkerError):
        return error
    if isinstance(error, Cancelled):
        return WorkerError("cancelled", f"The request {doing} was cancelled.", "Nothing needs to be done.", "none")
    if is_out_of_memory(error):
        return WorkerError(
            "out_of_memory",
            f"The request {doing} ran out of memory.",
            "Use a smaller model or a device with more memory.",
            "smaller",
        )
    if isinstance(error, torch.AcceleratorError) or "CUDA error" in str(error):
        return WorkerError(
            "device_error",
            f"The device failed during {doing}: {one_line(error)}",
            "The worker is replaced; if it happens again, check the device and its driver.",
            "fresh_process",
        )
    if isinstance(error, FrameError) and error.reason == "size":
        return WorkerError(
            "answer_too_large",
            f"The answer to {doing} is larger than a message may be ({error}).",
            "Ask for less at a time.",
        )
    return WorkerError(
        "internal",
        f"The request {doing} failed in the worker ({type(error).__name__}: {one_line(error)}).",
        "The worker's log holds the traceback.",
        "same",
    )
