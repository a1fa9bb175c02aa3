"""A checkpoint's tokenizer, with its special tokens checked."""

from pathlib import Path
from typing import Any

from steering_worker.errors import WorkerError
from steering_worker.memory import is_out_of_memory
from steering_worker.models.checkpoint import read_json_object
from steering_worker.one_line import one_line


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer, with `add_bos_token` true: encoding text puts exactly one `<bos>` before it.

    Raises `WorkerError` where it is absent or unreadable, or has no `<bos>` or no chat template.
    """
    from transformers import AutoTokenizer

    if not (folder / "tokenizer.json").is_file():
        raise WorkerError(
            "tokenizer_missing",
            f"The checkpoint in {folder} has no tokenizer.json.",
            "Save the model's tokenizer into the same folder (`tokenizer.save_pretrained`).",
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, add_bos_token=True, padding_side="left"
        )
        ids = tokenizer.encode("a")
    except Exception as error:  # tokenizers raises bare Exceptions for malformed files
        if is_out_of_memory(error):
            raise
        raise WorkerError(
            "tokenizer_invalid",
            f"The tokenizer in {folder} cannot be read ({one_line(error)}).",
            "Download or export the tokenizer again.",
        ) from error
    bos = tokenizer.bos_token_id
    if bos is None or ids[:1] != [bos] or ids.count(bos) != 1:
        raise WorkerError(
            "tokenizer_no_bos",
            f"The tokenizer in {folder} does not put exactly one <bos> before a text.",
            "Use the tokenizer that the model was trained with.",
        )
    if not isinstance(tokenizer.chat_template, str) or not tokenizer.chat_template.strip():
        raise WorkerError(
            "chat_template_missing",
            f"The tokenizer in {folder} has no chat template.",
            "Use the instruction-tuned checkpoint (`-it`), or put its chat_template.jinja into the folder.",
        )
    return tokenizer


def end_token_ids(folder: Path, config: dict[str, Any], tokenizer: Any) -> frozenset[int]:
    """Union of the end tokens of config.json, generation_config.json and the tokenizer."""
    sources: list[Any] = [config.get("eos_token_id"), tokenizer.eos_token_id]
    text_config = config.get("text_config")
    if isinstance(text_config, dict):
        sources.append(text_config.get("eos_token_id"))
    path = folder / "generation_config.json"
    if path.is_file():
        sources.append(read_json_object(path, "generation_config").get("eos_token_id"))
    ids = [token for source in sources for token in (source if isinstance(source, list) else [source])]
    ends = frozenset(token for token in ids if isinstance(token, int))
    if not ends:
        raise WorkerError(
            "end_token_missing",
            f"Neither the configs nor the tokenizer in {folder} name an end token.",
            "Set `eos_token_id` in generation_config.json.",
        )
    return ends


def refuse_foreign_tokenizer(tokenizer: Any, end_ids: frozenset[int], vocab_size: int, folder: Path) -> None:
    """Raise where ordinary tokens lie beyond the model's embedding.

    Gemma 3 1B ships a special image token, never used, just beyond its embedding; such tokens are accepted.
    """
    unused = {token for token, added in tokenizer.added_tokens_decoder.items() if added.special}
    needed = {tokenizer.bos_token_id, *end_ids}
    beyond = [i for i in tokenizer.get_vocab().values() if i >= vocab_size and (i in needed or i not in unused)]
    if beyond:
        raise WorkerError(
            "tokenizer_mismatch",
            f"The tokenizer in {folder} has tokens up to id {max(beyond)} where the model embeds {vocab_size}.",
            "Use the tokenizer that belongs to the checkpoint.",
        )
