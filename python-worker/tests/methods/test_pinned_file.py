from hashlib import sha256
from pathlib import Path

import pytest
from safetensors.torch import save_file

from steering_worker.errors import WorkerError
from steering_worker.methods.pinned_file import check_pinned, read_pinned
from steering_worker.methods.registry import catalogue, check_params, make_direction, make_edit
from tests.dictionary_files import D_MODEL, normal
from tests.methods.user_methods.sources import DIRECTION, EDIT


def idle() -> None:
    pass


def digest(source: str) -> str:
    return sha256(source.encode()).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A user's file that was hashed as `DIRECTION + EDIT`."""
    path = tmp_path / "my_method.py"
    path.write_text(DIRECTION + EDIT)
    return path


def test_a_file_with_its_hash_is_used(file: Path) -> None:
    pin = digest(DIRECTION + EDIT)
    assert read_pinned(file, pin) == file.read_bytes()
    check_pinned(file, pin)
    assert make_direction(str(file), {}, pin).fit
    assert make_edit(str(file), {}, pin).edit


@pytest.mark.parametrize(
    "use",
    [
        lambda path, pin: make_direction(path, {}, pin),
        lambda path, pin: make_edit(path, {}, pin),
        lambda path, pin: catalogue({path: pin}, idle),
        lambda path, pin: check_params([{"role": "edit", "kind": path, "params": {}, "sha256": pin}], idle),
        lambda path, pin: check_pinned(Path(path), pin),
    ],
    ids=["direction", "edit", "catalogue", "check_params", "check_pinned"],
)
def test_a_file_that_was_edited_is_refused_with_what_to_do(file: Path, use) -> None:
    use(str(file), digest(DIRECTION + EDIT))
    file.write_text(DIRECTION + EDIT + "# edited\n")
    with pytest.raises(WorkerError) as raised:
        use(str(file), digest(DIRECTION + EDIT))
    assert raised.value.code == "user_file_changed" and raised.value.retry == "run_fatal"
    assert f"The file {file} was changed" in raised.value.message
    assert "Restore the file" in raised.value.advice


def test_a_vector_file_that_was_written_again_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    save_file({"v": normal(1, D_MODEL)}, path)
    pin = sha256(path.read_bytes()).hexdigest()
    assert make_direction("vector_file", {"path": str(path)}, pin)
    save_file({"v": normal(2, D_MODEL)}, path)
    with pytest.raises(WorkerError) as raised:
        make_direction("vector_file", {"path": str(path)}, pin)
    assert raised.value.code == "user_file_changed"
