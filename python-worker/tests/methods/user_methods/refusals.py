"""What is found wrong with a file when its parameters are checked and when it is described."""

import pytest

from steering_worker.errors import WorkerError
from steering_worker.methods.registry import catalogue, check_params
from tests.engines.conftest import idle


def problems(role: str, path: str) -> list[str]:
    found = check_params([{"role": role, "kind": path, "params": {}}], idle)
    return [problem["message"] for problem in found]


def refusal(role: str, path: str) -> str:
    """The one sentence about it, the same in both."""
    (message,) = problems(role, path)
    with pytest.raises(WorkerError) as raised:
        catalogue({path: None}, idle)
    assert raised.value.code == "user_method" and path in message and "\n" not in message
    assert raised.value.message in message
    return message
