import pytest


@pytest.fixture
def write(tmp_path):
    def to_file(source: str, name: str = "my_method.py") -> str:
        path = tmp_path / name
        path.write_text(source)
        return str(path)

    return to_file
