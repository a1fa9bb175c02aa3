"""Every exception as the `WorkerError` that tells the orchestrator whether and how to try again."""

import torch

from steering_worker.errors import WorkerError
from steering_worker.memory import is_out_of_memory
from steering_worker.one_line import one_line
from steering_worker.progress import Cancelled
from steering_worker.protocol.common_failure import common_failure


def as_worker_error(error: BaseException, doing: str) -> WorkerError:
    """`doing` names the request, as in "generate"."""
    if isinstance(error, WorkerError | Cancelled):
        return common_failure(error, doing)
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
    return common_failure(error, doing)
