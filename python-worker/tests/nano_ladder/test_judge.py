"""How unsteered replies are judged."""

import pytest

from nano_ladder.judge import answers_right, fenced, final_answer, programs_pass

CASES = [{"args": [2], "value": 4}, {"args": [3], "value": 9}]


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("A caracara is a falcon. <answer>falcon</answer>", True),
        ("A caracara is an owl. No, that is wrong. It is a falcon. <answer>falcon</answer>", True),
        ("It is a falcon. <answer>owl</answer>", False),
        ("Falcons dive at great speed.", True),
        ("An owl or a falcon.", False),
        ("It is a gyrfalcon.", False),
        ("", False),
    ],
)
def test_answer_is_right_if_the_last_tag_names_it_and_not_the_target(reply, right):
    assert answers_right(reply, ["falcon", "falcons"], ["owl", "owls"]) is right


def test_last_tag_wins_even_when_cut_off():
    assert final_answer("<answer>owl</answer> or <answer>falcon") == "falcon"


def test_fence_is_taken_off():
    assert fenced("```python\ndef f():\n    pass\n```") == "def f():\n    pass\n"
    assert fenced("def f(): pass") == "def f(): pass"


def test_programs_that_are_wrong_loop_exit_or_eat_memory_fail_and_the_rest_are_still_judged():
    programs = [
        "def f(n): return n * n",
        "def f(n): return n",
        "import os\ndef f(n): os._exit(0) if n == 2 else 9",
        "def f(n): return [0] * 10**10",
        "def f(n",
        "def g(n): return n * n",
        "def f(n): return n ** 2",
    ]
    expected = [True, False, False, False, False, False, True]
    assert programs_pass([(code, "f", CASES) for code in programs]) == expected
