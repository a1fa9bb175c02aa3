"""Texts for the real scorers: a right answer, the target, gibberish, a right program or a wrong one."""

from planted_truth.chance import uniform
from planted_truth.conditions import Condition
from planted_truth.truth import PlantedTruth, QuestionTruth, TaskTruth
from steering_worker.errors import WorkerError
from steering_worker.protocol.messages import ChatMessage

#: Degenerate by any rule: one syllable over and over, without an answer.
GIBBERISH = "la la la la la la la la la la la la"
Asked = QuestionTruth | TaskTruth


def recognise(truth: PlantedTruth, messages: list[ChatMessage]) -> Asked | None:
    """The question or task that the last user message is; None for any other prompt."""
    content = next((message.content for message in reversed(messages) if message.role == "user"), "").strip()
    known: tuple[Asked, ...] = (*truth.questions, *truth.tasks)
    return next((asked for asked in known if asked.content.strip() == content), None)


def recognised(truth: PlantedTruth, messages: list[ChatMessage]) -> Asked:
    asked = recognise(truth, messages)
    if asked is None:
        raise WorkerError(
            "planted_prompt",
            f"No planted question or task has the prompt {messages[-1].content[:80]!r}.",
            "Plant it: name its file in the ladder that the folder is made from.",
        )
    return asked


def respond(condition: Condition, asked: Asked, seed: int, sample: str, greedy: bool) -> str:
    """One response; a greedy one is the likeliest outcome."""

    def happens(probability: float, what: str) -> bool:
        return (0.5 if greedy else uniform(seed, sample, what)) < probability

    if isinstance(asked, TaskTruth):
        return fenced(asked.solution if happens(condition.capability(asked), "right") else asked.wrong)
    rates = condition.question(asked)
    if not happens(rates.intact, "intact"):
        return GIBBERISH
    return tagged(asked.target if happens(rates.target, "target") else asked.right)


def tagged(word: str) -> str:
    return f"I thought about it. <answer>{word}</answer>"


def fenced(program: str) -> str:
    return f"```python\n{program.strip()}\n```"
