"""Messages to prompts that the loaded model can embed."""

from collections.abc import Sequence

from steering_worker.errors import WorkerError
from steering_worker.models.loaded import LoadedModel
from steering_worker.prompt import Prompt
from steering_worker.protocol.messages import ChatMessage, MeasuredPrompt
from steering_worker.tokens import Measurable, chat_prompt, measurable


def plain(chat: Sequence[ChatMessage]) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in chat]


def chat_prompts(loaded: LoadedModel, chats: Sequence[Sequence[ChatMessage]]) -> list[Prompt]:
    prompts = [chat_prompt(loaded.tokenizer, plain(chat)) for chat in chats]
    for prompt in prompts:
        check_ids(loaded, prompt.ids)
    return prompts


def measured_tokens(loaded: LoadedModel, prompt: MeasuredPrompt, continuation: str) -> Measurable:
    tokens = measurable(loaded.tokenizer, plain(prompt.messages), prompt.prefix, continuation)
    check_ids(loaded, (*tokens.prompt.ids, *tokens.continuation))
    return tokens


def check_ids(loaded: LoadedModel, ids: Sequence[int]) -> None:
    """Raise for a token that the model has no embedding for (Gemma 3 1B: the image token)."""
    beyond = [token for token in ids if token >= loaded.vocab_size]
    if beyond:
        name = loaded.tokenizer.convert_ids_to_tokens(beyond[0])
        raise WorkerError(
            "token_without_embedding",
            f"A prompt holds the token {name!r} (id {beyond[0]}), beyond the {loaded.vocab_size} of the model.",
            "Take it out of the prompt.",
        )
