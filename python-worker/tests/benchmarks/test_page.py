"""What the page makes of the results."""

from benchmarks.figure import render_figure
from benchmarks.page import render_page
from made_results import MACHINE, contestant, matmul, profiled, run, shape


def test_the_page_holds_tools_against_the_best_peer_and_names_those_that_failed() -> None:
    sweep = shape(
        contestant("hf", "alone", 10.0),
        contestant("hf", "whole", 100.0),
        contestant("ours-fp32", "whole", 250.0),
        contestant("vllm", "whole", None, "it could not be installed"),
    )
    page = render_page({"machine": MACHINE, "shapes": {"small": sweep}, "environments": {}})
    assert "| ours-fp32 | whole | 250 | 250 | 25.0 | 2.5 | 100 % |" in page
    assert "vllm (whole): it could not be installed" in page
    assert page.index("ours-fp32 | whole") < page.index("| hf |")


def test_a_tool_whose_tokens_are_not_hugging_faces_is_marked() -> None:
    sweep = shape(contestant("hf", "whole", 100.0), contestant("llama-q8", "whole", 90.0, agreement=0.78))
    page = render_page({"machine": MACHINE, "shapes": {"small": sweep}})
    assert "| llama-q8 | whole | 90 | 90 |  | 0.9 | 78 % \\* |" in page
    assert "\\* Less than 90 % of the tokens" in page
    agreeing = shape(contestant("hf", "whole", 100.0), contestant("vllm", "whole", 90.0, agreement=None))
    page = render_page({"machine": MACHINE, "shapes": {"small": agreeing}})
    assert "not known |" in page
    assert "\\*" not in page


def test_every_shape_has_its_own_section_and_the_aims_are_those_of_the_small_one() -> None:
    ours, bf16 = contestant("ours-fp32", "whole", 90.0), contestant("ours-bf16", "whole", 170.0)
    shapes = {
        "small": shape(contestant("hf", "whole", 30.0), ours, bf16, products=(matmul("ours-fp32", 0.7),)),
        "big": shape(contestant("hf", "alone", 16.3), ours, products=(matmul("ours-fp32", 0.8),), vocabulary=32000),
        "270m": shape(
            contestant("hf", "whole", None, "its process was killed (signal 9)"),
            contestant("ours-fp32", "whole", 40.0, agreement=None),
            vocabulary=262144,
        ),
    }
    page = render_page({"machine": MACHINE, "shapes": shapes})
    sections = [page.index(f"## Sweep: {name}") for name in shapes]
    assert sections == sorted(sections)
    assert "vocabulary 262,144" in page
    assert "- hf (whole): its process was killed (signal 9)" in page
    assert "| fp32 over the best peer, tokens per CPU second | 2.20 | 3.00 | 3.00 | aim reached |" in page
    assert "70 % on `small`, 80 % on `big`" in page
    figure = render_figure({"shapes": shapes})
    assert figure is not None and "ours-bf16" in figure


def test_without_the_small_sweep_there_is_no_picture() -> None:
    only = {"270m": shape(contestant("ours-fp32", "whole", 40.0))}
    assert render_figure({"shapes": only}) is None
    assert "performance.svg" not in render_page({"machine": MACHINE, "shapes": only})


def test_a_sweep_in_which_everything_failed_lists_the_reasons() -> None:
    failed = shape(contestant("hf", "whole", None, "out of memory"))
    page = render_page({"machine": MACHINE, "shapes": {"big": failed}})
    assert "- hf (whole): out of memory" in page
    assert "| tool |" not in page


def test_every_part_that_failed_is_there_with_its_reason() -> None:
    results = {
        "machine": MACHINE,
        "growth": {"contestants": [{"group": "hf", "label": "HF", "failed": "no answer", "points": []}]},
        "profile": {"ours-fp32": {"label": "ours", "failed": "no profiler", "operations": []}},
        "memory": [{"failed": "killed", "shape": "270m", "dtype": "float32"}],
        "end_to_end": {"failed": "`experiment` ended with exit code 1", "experiment": "nano.yaml", "runs": []},
    }
    page = render_page(results)
    for reason in ("HF: no answer", "ours: no profiler", "270m, float32: killed", "ended with exit code 1."):
        assert reason in page


def test_what_the_time_went_into_is_said_only_where_an_aim_is_not_reached() -> None:
    peer, ours, bf16 = (
        contestant(g, "whole", r) for g, r in (("hf", 100.0), ("ours-fp32", 250.0), ("ours-bf16", 300.0))
    )
    results = {
        "machine": MACHINE,
        "shapes": {
            "small": shape(peer, ours, bf16, products=(matmul("ours-fp32", 0.7), matmul("ours-bf16", 0.4, 2e9)))
        },
        "profile": {
            "ours-fp32": profiled("ours", ("mm", 0.5), ("bmm", 0.2), ("copy_", 0.02)),
            "ours-bf16": profiled("ours", ("mm", 0.4), ("bmm", 0.2), ("copy_", 0.14)),
        },
        "end_to_end": {"failed": None, "experiment": "nano.yaml", "runs": [run(90.0, 0.04), run(120.0, 0.08)]},
    }
    page = render_page(results)
    assert "*fp32.* Decoding reaches of `torch.mm`'s rate 70 % on `small`." in page
    assert "products with the weights 50 %; everything else" in page
    assert "`torch.mm` is 2.00 times as fast in bf16 on these matrices, decoding 1.14 times." in page
    assert "copies, those between dtypes among them 14 % (2 % in fp32)" in page
    assert "*The default experiment.*" not in page
    results["end_to_end"] = {"failed": None, "experiment": "nano.yaml", "runs": [run(90.0, 0.08)]}
    page = render_page(results)
    assert "Medians of 1 run's own clock: 89 s, of which generation 50 s, sandbox 2 s, start 3 s" in page
    assert "longest busy with `generate` 60 s, `load` 9 s." in page
    del results["profile"]
    assert "Its operations were not profiled." in render_page(results)
