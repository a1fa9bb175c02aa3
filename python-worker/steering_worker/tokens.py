"""Messages and statements to token ids, and token ids back to text. Nothing else in the project tokenizes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steering_worker.chat_templates.template_process import TemplateRefused, template_process
from steering_worker.errors import WorkerError
from steering_worker.one_line import one_line
from steering_worker.prompt import Prompt

Messages = Sequence[Mapping[str, str]]

#: Stand-ins (private use characters) for the user's words while their places in the template are located.
OPEN, CLOSE = "\ue000", "\ue001"


@dataclass(frozen=True)
class Measurable:
    """Tokens to measure: `prompt` and `continuation` for the engine, of which the first `skip` belong to the prefix.

    The prefix counts as part of the continuation, so that positions `generated` mean the same as in generation.
    """

    prompt: Prompt
    continuation: tuple[int, ...]
    skip: int


def chat_prompt(tokenizer: Any, messages: Messages) -> Prompt:
    """The messages in the chat template, ready for the model's turn. Raises `WorkerError` if the template refuses."""
    spoken = _without_empty_system(messages)
    rendered = _render(tokenizer, spoken)
    encoding = tokenizer(rendered, add_special_tokens=False, return_offsets_mapping=True)
    spans = _user_spans(tokenizer, spoken, rendered)
    ids = list(encoding["input_ids"])
    flags = [any(_inside(offset, span) for span in spans) for offset in encoding["offset_mapping"]]
    if not ids or ids[0] != tokenizer.bos_token_id:
        ids, flags = [tokenizer.bos_token_id, *ids], [False, *flags]
    if ids[1:2] == [tokenizer.bos_token_id]:
        raise WorkerError(
            "double_bos", "The chat template puts two <bos> before a prompt.", "Correct the model's chat template."
        )
    return Prompt(tuple(ids), tuple(flags))


def statement_prompt(tokenizer: Any, text: str) -> Prompt:
    """`<bos>` + raw text, all of it content."""
    ids = tokenizer.encode(text, add_special_tokens=False)
    return Prompt((tokenizer.bos_token_id, *ids), (False, *[True] * len(ids)))


def measurable(tokenizer: Any, messages: Messages, prefix: str, continuation: str) -> Measurable:
    """The tokens of `continuation` after the messages and `prefix` (the beginning of the model's turn).

    The continuation starts where the tokens of prompt + prefix + continuation first differ from those of
    prompt + prefix (docs/protocol.md). Raises `WorkerError` where it adds no token.
    """
    prompt = chat_prompt(tokenizer, messages)
    rendered = _render(tokenizer, _without_empty_system(messages))
    before = _encode_rendered(tokenizer, rendered + prefix)
    full = _encode_rendered(tokenizer, rendered + prefix + continuation)
    start = _common(before, full)
    if start == len(full):
        raise WorkerError(
            "empty_continuation",
            f"The continuation {continuation!r} adds no token after the prefix {prefix!r}.",
            "Give a continuation that the model could say next.",
        )
    cut = min(start, _common(prompt.ids, full))
    return Measurable(Prompt(full[:cut], prompt.content[:cut]), full[cut:], start - cut)


def decode_text(tokenizer: Any, ids: Sequence[int]) -> str:
    """The text of the ids, without end tokens and other special ones, and with spaces unchanged."""
    text: str = tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return text


def cut_at_stop(text: str, stops: Sequence[str]) -> str:
    """The text up to the end of the stop string that is complete first; the whole text where there is none."""
    ends = [text.find(stop) + len(stop) for stop in stops if stop in text]
    return text[: min(ends)] if ends else text


def _without_empty_system(messages: Messages) -> list[dict[str, str]]:
    return [dict(m) for m in messages if m["role"] != "system" or m["content"].strip()]


def _render(tokenizer: Any, messages: list[dict[str, str]]) -> str:
    try:
        return template_process().render(tokenizer.chat_template, tokenizer.special_tokens_map, messages)
    except TemplateRefused as error:
        roles = ", ".join(message["role"] for message in messages) or "none"
        raise WorkerError(
            "chat_template_refused",
            f"The chat template refuses messages with the roles {roles}: {one_line(error)}",
            "Write the messages as the model's template wants them, or correct the template.",
        ) from error


def _encode_rendered(tokenizer: Any, text: str) -> tuple[int, ...]:
    ids = tuple(tokenizer.encode(text, add_special_tokens=False))
    return ids if ids[:1] == (tokenizer.bos_token_id,) else (tokenizer.bos_token_id, *ids)


def _user_spans(tokenizer: Any, messages: list[dict[str, str]], rendered: str) -> list[tuple[int, int]]:
    """Where in `rendered` the user's words are, found by rendering stand-ins in their place."""
    users = [i for i, message in enumerate(messages) if message["role"] == "user"]
    marks = {i: f"{OPEN}{i}{CLOSE}" for i in users}
    marked = _render(tokenizer, [{**m, "content": marks.get(i, m["content"])} for i, m in enumerate(messages)])
    for trimmed in (True, False):
        text, spans = marked, []
        for i in users:
            words = messages[i]["content"].strip() if trimmed else messages[i]["content"]
            start = text.find(marks[i])
            text = text.replace(marks[i], words, 1)
            spans.append((start, start + len(words)))
        if text == rendered:
            return spans
    raise WorkerError(
        "chat_template_unsupported",
        "The chat template changes the user's words, so that their tokens cannot be told from the template's.",
        "Use a chat template that inserts the messages as they are.",
    )


def _inside(offset: tuple[int, int], span: tuple[int, int]) -> bool:
    return offset[0] < span[1] and offset[1] > span[0]


def _common(left: Sequence[int], right: Sequence[int]) -> int:
    for i, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return i
    return min(len(left), len(right))
