"""Our engines are measured in the environment that a worker runs in."""

import os
import subprocess
import sys
from pathlib import Path

WORKER = Path(__file__).parents[2]


def test_torch_is_imported_only_after_the_process_is_made_ready() -> None:
    program = (
        "import os, sys\n"
        "import benchmarks.child, benchmarks.peak_memory\n"
        "from benchmarks.contestants.ours import prepare_process\n"
        "assert 'torch' not in sys.modules\n"
        "prepare_process()\n"
        "assert 'torch' not in sys.modules\n"
        "print(os.environ['ONEDNN_PRIMITIVE_CACHE_CAPACITY'])"
    )
    places = os.pathsep.join([str(WORKER), str(WORKER.parent)])
    answer = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": places}, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "128"
