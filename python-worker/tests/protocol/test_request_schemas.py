from tests.protocol.request_schemas import FILE, schemas_text


def test_the_committed_schemas_are_those_of_the_worker() -> None:
    assert FILE.read_text("utf-8") == schemas_text(), "run `python -m tests.protocol.request_schemas`"
