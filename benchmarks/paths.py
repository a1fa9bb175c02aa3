"""Where the benchmarks read and write."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".bench"
RESULTS = ROOT / "benchmarks" / "results.json"
QUICK_RESULTS = WORK / "quick-results.json"
PAGE = ROOT / "docs" / "performance.md"
SHAPES = ROOT / "configs" / "shapes"
