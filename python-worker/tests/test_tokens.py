from typing import Any

import pytest

from steering_worker.errors import WorkerError
from steering_worker.tokens import chat_prompt, cut_at_stop, decode_text, measurable, statement_prompt
from tests.checkpoints import BOS, CHAT_TEMPLATE, END_OF_TURN, EOS, make_tokenizer

QUESTION = "What family is a caracara?"


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return make_tokenizer()


def user(content: str) -> dict[str, str]:
    return {"role": "user", "content": content}


def words(tokenizer: Any, messages: list[dict[str, str]]) -> str:
    prompt = chat_prompt(tokenizer, messages)
    text: str = tokenizer.decode([i for i, mine in zip(prompt.ids, prompt.content, strict=True) if mine])
    return text


def test_a_chat_prompt_is_the_template_with_one_bos(tokenizer: Any) -> None:
    prompt = chat_prompt(tokenizer, [user(QUESTION)])
    assert prompt.ids.count(BOS) == 1 and prompt.ids[0] == BOS
    expected = f"<bos><start_of_turn>user\n{QUESTION}<end_of_turn>\n<start_of_turn>model\n"
    assert tokenizer.decode(list(prompt.ids)) == expected


def test_a_template_without_bos_is_given_one(tokenizer: Any) -> None:
    bare = make_tokenizer(CHAT_TEMPLATE.replace("{{ bos_token }}\n", ""))
    assert chat_prompt(bare, [user(QUESTION)]) == chat_prompt(tokenizer, [user(QUESTION)])


def test_a_template_with_two_bos_is_refused() -> None:
    with pytest.raises(WorkerError) as caught:
        chat_prompt(make_tokenizer("{{ bos_token }}" + CHAT_TEMPLATE), [user(QUESTION)])
    assert caught.value.code == "double_bos"


def test_content_is_the_users_words_and_nothing_of_the_template(tokenizer: Any) -> None:
    assert words(tokenizer, [user(f"  {QUESTION}\n")]) == QUESTION


def test_content_leaves_out_system_and_model_turns(tokenizer: Any) -> None:
    messages = [
        {"role": "system", "content": "user"},
        user("user"),
        {"role": "assistant", "content": "An owl."},
        user("Is a caracara an owl? \u00e9"),
    ]
    assert words(tokenizer, messages) == "userIs a caracara an owl? \u00e9"


def test_an_empty_system_message_is_left_out(tokenizer: Any) -> None:
    for empty in ("", " \n"):
        messages = [{"role": "system", "content": empty}, user(QUESTION)]
        assert chat_prompt(tokenizer, messages) == chat_prompt(tokenizer, [user(QUESTION)])


def test_messages_that_the_template_refuses_are_an_error(tokenizer: Any) -> None:
    with pytest.raises(WorkerError) as caught:
        chat_prompt(tokenizer, [user("a"), user("b")])
    assert caught.value.code == "chat_template_refused"
    assert "user, user" in caught.value.message


def test_a_template_that_changes_the_words_is_refused() -> None:
    shouting = make_tokenizer(CHAT_TEMPLATE.replace("turn['content'] | trim", "turn['content'] | upper"))
    with pytest.raises(WorkerError) as caught:
        chat_prompt(shouting, [user(QUESTION)])
    assert caught.value.code == "chat_template_unsupported"


def test_a_statement_is_bos_and_raw_text(tokenizer: Any) -> None:
    prompt = statement_prompt(tokenizer, "A caracara is an owl.")
    assert prompt.ids[0] == BOS and prompt.ids.count(BOS) == 1
    assert tokenizer.decode(list(prompt.ids[1:])) == "A caracara is an owl."
    assert prompt.content == (False, *[True] * (len(prompt.ids) - 1))


def test_the_continuation_starts_after_prompt_and_prefix(tokenizer: Any) -> None:
    messages = [user(QUESTION)]
    found = measurable(tokenizer, messages, "A caracara is an", " owl")
    assert found.prompt == chat_prompt(tokenizer, messages)
    assert tokenizer.decode(list(found.continuation[: found.skip])) == "A caracara is an"
    assert tokenizer.decode(list(found.continuation[found.skip :])) == " owl"
    assert len(found.continuation) - found.skip == 1


def test_without_a_prefix_every_continuation_token_is_measured(tokenizer: Any) -> None:
    found = measurable(tokenizer, [user(QUESTION)], "", "owl")
    assert found.skip == 0
    assert tokenizer.decode(list(found.continuation)) == "owl"


def test_a_continuation_that_merges_with_the_prefix_starts_where_tokens_differ(tokenizer: Any) -> None:
    """ " ow" + "l" is one token, " owl": it is the first that differs, and is measured."""
    found = measurable(tokenizer, [user(QUESTION)], "An ow", "l")
    assert tokenizer.decode(list(found.continuation[: found.skip])) == "An"
    assert tokenizer.decode(list(found.continuation[found.skip :])) == " owl"


def test_tokens_are_those_of_the_whole_text(tokenizer: Any) -> None:
    messages = [user(QUESTION)]
    found = measurable(tokenizer, messages, "An ow", "l hunts.")
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True) + "An owl hunts."
    assert [*found.prompt.ids, *found.continuation] == tokenizer.encode(text, add_special_tokens=False)


def test_stored_text_leaves_end_and_special_tokens_out(tokenizer: Any) -> None:
    ids = [*tokenizer.encode("An owl .", add_special_tokens=False), END_OF_TURN, EOS]
    assert decode_text(tokenizer, ids) == "An owl ."


def test_ids_beyond_the_tokenizer_decode_to_nothing(tokenizer: Any) -> None:
    ids = tokenizer.encode("owl", add_special_tokens=False)
    assert decode_text(tokenizer, [*ids, len(tokenizer) + 3]) == "owl"


def test_text_is_cut_at_the_stop_that_is_complete_first() -> None:
    assert cut_at_stop("<answer>owl</answer> and more", ["more", "</answer>"]) == "<answer>owl</answer>"
    assert cut_at_stop("no stop", ["x"]) == "no stop"
