"""Imports between the worker's areas point one way, and no module imports itself by way of others."""

import ast
from pathlib import Path

WORKER = Path(__file__).parents[1]
PACKAGE = "steering_worker"

#: From the bottom to the top: an area may import those below it. A module of the package's own folder is its own area.
ORDER = (
    "one_line",
    "errors",
    "prompt",
    "memory",
    "freed_memory",
    "worker_log",
    "environment",
    "progress",
    "protocol",
    "host",
    "chat_templates",
    "tokens",
    "models",
    "dictionaries",
    "directions",
    "edits",
    "methods",
    "engines",
    "failures",
    "session",
    "handlers",
    "dispatch",
    "serve",
    "__main__",
)
#: Source files that a folder holds at most, beside `__init__.py`.
ROOM = 16


def imported(module: str, path: Path, modules: frozenset[str]) -> set[str]:
    """Modules of this worker that one imports, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & modules) or ({node.module} & modules)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & modules
    return found - {module}


def graph(package: str) -> dict[str, set[str]]:
    paths = {
        ".".join(path.relative_to(WORKER).with_suffix("").parts): path
        for path in (WORKER / package).rglob("*.py")
        if path.name != "__init__.py"
    }
    return {module: imported(module, path, frozenset(paths)) for module, path in paths.items()}


def area(module: str) -> str:
    return module.split(".")[1]


def test_every_area_has_its_place_in_the_order() -> None:
    assert {area(module) for module in graph(PACKAGE)} == set(ORDER)


def test_imports_point_one_way_from_area_to_area() -> None:
    wrong = [
        f"{module} -> {target}"
        for module, targets in graph(PACKAGE).items()
        for target in targets
        if ORDER.index(area(target)) > ORDER.index(area(module))
    ]
    assert wrong == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    for package in (PACKAGE, "planted_truth", "nano_ladder"):
        edges = graph(package)
        reached = {module: set(targets) for module, targets in edges.items()}
        while True:
            grown = {m: seen.union(*(reached[t] for t in seen if t in reached)) for m, seen in reached.items()}
            if grown == reached:
                break
            reached = grown
        assert [module for module, seen in reached.items() if module in seen] == []


def test_no_folder_holds_many_source_files() -> None:
    for package in (PACKAGE, "planted_truth", "nano_ladder"):
        for folder in {path.parent for path in (WORKER / package).rglob("*.py")}:
            sources = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
            assert len(sources) <= ROOM, folder
