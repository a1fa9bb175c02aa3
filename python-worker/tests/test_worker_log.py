import errno
import io
import sys
import traceback

import pytest

from steering_worker.worker_log import WorkerLog


class FullDisk(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_on_a_full_disk_fails_nothing() -> None:
    log = WorkerLog(FullDisk())
    print("a line", file=log, flush=True)
    try:
        raise ValueError("a fault")
    except ValueError:
        traceback.print_exc(file=log)
    log.flush()


def test_a_log_with_room_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    print("a line", file=WorkerLog(sys.stderr), flush=True)
    assert capsys.readouterr().err == "a line\n"
