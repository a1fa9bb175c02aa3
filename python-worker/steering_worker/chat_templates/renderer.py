"""A separate process that renders chat templates, which are programs by whoever published the model.

    renderer.py CPU_SECONDS MEMORY_BYTES CHARACTERS

One JSON object for each line: `{template, context}` on stdin, `{text}` or `{refused}` on stdout. A template that takes
longer than `CPU_SECONDS` ends the process by `SIGPROF`. It is run as a file, so that it imports jinja2 alone.
"""

import json
import resource
import signal
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NoReturn

from jinja2 import Environment, Template, TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

#: Characters of an exception's message that are reported.
REASON = 1000


class TooLong(Exception):
    """The text has too many characters."""


class Generation(Extension):
    """`{% generation %}`: the text up to `{% endgeneration %}`, unchanged."""

    tags = {"generation"}  # noqa: RUF012  as the base class has it

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.Scope(body).set_lineno(line)


class PublicNamespace(Namespace):
    """`namespace(...)`, whose names do not begin with an underscore."""

    def __init__(self, /, *args: Any, **values: Any) -> None:
        for name in dict(*args, **values):
            _refuse_private(name)
        super().__init__(*args, **values)

    def __setitem__(self, name: str, value: Any) -> None:
        _refuse_private(name)
        super().__setitem__(name, value)


class PlainDict:
    """`dict(...)` and `dict.fromkeys`, without the type's other attributes."""

    def __call__(self, *args: Any, **values: Any) -> dict[Any, Any]:
        return dict(*args, **values)

    def fromkeys(self, keys: Iterable[Any], value: Any = None) -> dict[Any, Any]:
        return dict.fromkeys(keys, value)


def environment() -> Environment:
    """As transformers sets it up for chat templates."""
    made = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"]
    )
    made.filters["tojson"] = _json
    made.globals |= {
        "raise_exception": _raise,
        "strftime_now": lambda form: datetime.now().strftime(form),
        "dict": PlainDict(),
        "namespace": PublicNamespace,
    }
    return made


def rendered(template: Template, context: Mapping[str, Any], characters: int) -> str:
    """Raise `TooLong`, and whatever the template raises."""
    parts, left = [], characters
    for part in template.generate(context):
        left -= len(part)
        if left < 0:
            raise TooLong(f"it writes more than {characters:,} characters")
        parts.append(part)
    return "".join(parts)


def serve(cpu_seconds: float, characters: int) -> None:
    compiled = cache(environment().from_string)
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        request = json.loads(line)
        try:
            answer = {"text": rendered(compiled(request["template"]), request["context"], characters)}
        except MemoryError:
            answer = {"refused": "it needs more memory than it may have"}
        except Exception as error:  # a template may raise anything
            answer = {"refused": str(error)[:REASON] or type(error).__name__}
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(answer), flush=True)


def _refuse_private(name: object) -> None:
    if isinstance(name, str) and name.startswith("_"):
        raise SecurityError(f"a namespace has no {name!r}")


def _raise(message: str) -> NoReturn:
    raise TemplateError(message)


def _json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
    serve(float(sys.argv[1]), int(sys.argv[3]))
