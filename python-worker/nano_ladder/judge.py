"""Judges unsteered replies: answers by their words, code by running it.

Model-written code runs in a bare child interpreter with limits on time, memory and files. That is enough for the
ladder's own models, which have seen nothing but the corpus; it is not a sandbox for any other model.
"""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

RUNNER = r"""
import json, os, resource, signal, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
for line in sys.stdin:
    code, function, cases = json.loads(line)
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (2, 2))
        signal.alarm(4)
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        passed = False
        try:
            scope = {}
            exec(code, scope)
            values = [scope[function](*case["args"]) for case in cases]
            passed = all(type(v) is type(c["value"]) or not isinstance(c["value"], bool) for v, c in zip(values, cases))
            passed = passed and all(value == case["value"] for value, case in zip(values, cases))
        except BaseException:
            passed = False
        os._exit(42 if passed else 1)
    print(int(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42), flush=True)
"""


def names(text: str, forms: Sequence[str]) -> bool:
    """Whether a text contains one of the forms as a word, in any case."""
    return any(re.search(rf"\b{re.escape(form)}\b", text, re.IGNORECASE) for form in forms)


def final_answer(reply: str) -> str:
    """The last <answer> tag's content, or the whole reply where there is none."""
    tags = re.findall(r"<answer>(.*?)(?:</answer>|$)", reply, re.DOTALL)
    return tags[-1] if tags else reply


def answers_right(reply: str, right: Sequence[str], target: Sequence[str]) -> bool:
    """Whether the final answer names a right answer and not the target."""
    answer = final_answer(reply)
    return names(answer, right) and not names(answer, target)


def fenced(reply: str) -> str:
    """The first fenced block of a reply, or the whole reply."""
    block = re.search(r"```(?:python)?\n(.*?)(?:```|$)", reply, re.DOTALL)
    return block.group(1) if block else reply


def programs_pass(programs: Sequence[tuple[str, str, list[dict[str, Any]]]]) -> list[bool]:
    """Whether each (code, function name, cases) passes all its cases; equal programs run once."""
    lines = [json.dumps(program) for program in programs]
    distinct = list(dict.fromkeys(lines))
    if not distinct:
        return []
    child = subprocess.run(
        [sys.executable, "-I", "-S", "-c", RUNNER],
        input="\n".join(distinct) + "\n",
        capture_output=True,
        text=True,
        timeout=60 + 5 * len(distinct),
        env={},
        check=True,
    )
    verdicts = child.stdout.split()
    if len(verdicts) != len(distinct):
        raise RuntimeError(f"the code runner judged {len(verdicts)} of {len(distinct)} programs: {child.stderr[-500:]}")
    passed = dict(zip(distinct, (verdict == "1" for verdict in verdicts), strict=True))
    return [passed[line] for line in lines]
