"""What a worker accepts, as JSON Schema: read by the orchestrator's tests, so that the two sides do not drift.

`python -m tests.protocol.request_schemas` writes the file after a change of `protocol/messages.py`.
"""

import json
from pathlib import Path

from pydantic import BaseModel

from steering_worker.handlers.table import HANDLERS
from steering_worker.protocol.messages import Cancel, Reject, Welcome

FILE = Path(__file__).parents[3] / "tests" / "fixtures" / "request-schemas.json"

_BODIES: dict[str, type[BaseModel]] = {
    **{kind: handler.body for kind, handler in HANDLERS.items()},
    "cancel": Cancel,
    "reject": Reject,
    "welcome": Welcome,
}


def schemas_text() -> str:
    """The bodies that the orchestrator sends, by message type."""
    schemas = {kind: body.model_json_schema() for kind, body in sorted(_BODIES.items())}
    return json.dumps(schemas, indent=1, sort_keys=True) + "\n"


def main() -> None:
    FILE.write_text(schemas_text(), "utf-8")


if __name__ == "__main__":
    main()
