"""`tokenize`: ids of texts and chats, without loading a model."""

from steering_worker.handlers.answer import Answer
from steering_worker.handlers.prompts import plain
from steering_worker.models.checkpoint import read_json_object
from steering_worker.models.source import resolve_source
from steering_worker.models.tokenizer import end_token_ids, load_tokenizer
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Tokenize
from steering_worker.session import Session
from steering_worker.tokens import chat_prompt, statement_prompt


def tokenize(session: Session, body: Tokenize, request: Message, progress: Progress) -> Answer:
    folder = resolve_source(body.model.ref, body.model.revision, weights=False).folder
    config = read_json_object(folder / "config.json", "checkpoint_config")
    tokenizer = load_tokenizer(folder)
    texts = []
    for text in body.texts:
        ids = statement_prompt(tokenizer, text).ids
        texts.append({"ids": list(ids), "tokens": [tokenizer.decode([token]) for token in ids]})
    return Answer(
        {
            "texts": texts,
            "chats": [{"ids": list(chat_prompt(tokenizer, plain(chat)).ids)} for chat in body.chats],
            "bos_id": tokenizer.bos_token_id,
            "end_ids": sorted(end_token_ids(folder, config, tokenizer)),
        }
    )
