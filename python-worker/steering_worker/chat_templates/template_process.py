"""Chat templates rendered outside this process, within bounds of time, memory and length."""

import atexit
import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

RENDERER = Path(__file__).with_name("renderer.py")


class TemplateRefused(Exception):
    """Says why a template gives no text for a chat."""


class TemplateProcess:
    """Started for the first chat, and again after a template has ended it; it ends with this process."""

    def __init__(self, cpu_seconds: float = 5.0, memory_bytes: int = 1 << 30, characters: int = 4_000_000) -> None:
        self._cpu_seconds = cpu_seconds
        self._command = [sys.executable, "-I", str(RENDERER), str(cpu_seconds), str(memory_bytes), str(characters)]
        self._process: subprocess.Popen[str] | None = None

    def render(self, template: str, special_tokens: Mapping[str, str], messages: Sequence[Mapping[str, str]]) -> str:
        """The messages in the template, ready for the model's turn. Raises `TemplateRefused`."""
        chat = {"messages": messages, "tools": None, "documents": None, "add_generation_prompt": True}
        answer = self._ask({"template": template, "context": {**chat, **special_tokens}})
        if "refused" in answer:
            raise TemplateRefused(answer["refused"])
        return answer["text"]

    def close(self) -> int | None:
        """The exit status of the process, negative if a signal ended it; None if there is none."""
        if self._process is None:
            return None
        self._process.communicate()
        status = self._process.returncode
        self._process = None
        return status

    def _ask(self, request: Mapping[str, Any]) -> dict[str, str]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        try:
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        if line.endswith("\n"):
            answer: dict[str, str] = json.loads(line)
            return answer
        raise TemplateRefused(self._end_in_words(self.close()))

    def _end_in_words(self, status: int | None) -> str:
        if status == -signal.SIGPROF:
            return f"it takes longer than {self._cpu_seconds:g} s of processor time"
        return f"its process ended with {'status' if status is None or status >= 0 else 'signal'} {abs(status or 0)}"


@cache
def template_process() -> TemplateProcess:
    """The template process of this process."""
    made = TemplateProcess()
    atexit.register(made.close)
    return made
