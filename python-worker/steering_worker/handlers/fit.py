"""`fit` and `put`: vectors that are fitted on the loaded model, or were fitted earlier."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.directions.direction import ContrastPosition, Evidence
from steering_worker.errors import WorkerError
from steering_worker.handlers.answer import Answer
from steering_worker.handlers.norms import medians, position_norms
from steering_worker.handlers.prompts import chat_prompts, check_ids
from steering_worker.methods.contrasts import statement_positions
from steering_worker.methods.registry import make_direction
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Fit, Put
from steering_worker.protocol.tensors import blob_tensor, tensor_blob
from steering_worker.session import Held, Session


def fit(session: Session, body: Fit, request: Message, progress: Progress) -> Answer:
    held = session.held
    session.check_layer(body.layer)
    direction = make_direction(body.direction.kind, body.direction.params, body.direction.sha256)
    if direction.needs_contrast and body.contrast is None:
        raise WorkerError(
            "contrast_missing",
            f"The direction `{body.direction.kind}` is fitted from a contrast, which the vector `{body.vector}` lacks.",
            "Give the question a contrast at the position that the direction reads.",
        )
    chats = held.engine.residuals(chat_prompts(held.loaded, body.prompts), [body.layer], progress)
    positive: Float[Tensor, "statements d_model"] | None = None
    negative: Float[Tensor, "statements d_model"] | None = None
    everywhere = [residual[1:, 0] for residual in chats]
    if body.contrast is not None:
        position = body.contrast.position
        positive, seen = _read(held, body.contrast.positive, position, body.layer, progress)
        everywhere += seen
        negative, seen = _read(held, body.contrast.negative, position, body.layer, progress)
        everywhere += seen
    evidence = Evidence(
        layer=body.layer,
        d_model=held.loaded.d_model,
        positive=positive,
        negative=negative,
        activations=torch.cat(everywhere),
        resid_norm=medians(position_norms(chats))[0],
        model_ref=held.loaded.ref,
        model_folder=held.loaded.folder,
        seed=body.seed,
    )
    fitted = direction.fit(evidence)
    progress()
    for name, tensor in fitted.tensors.items():
        if not bool(torch.isfinite(tensor).all()):
            raise WorkerError(
                "fit_non_finite",
                f"The direction `{body.direction.kind}` gave NaN or infinite values in `{name}` "
                f"for the vector `{body.vector}`.",
                "Check the contrast's statements and the direction's parameters.",
            )
    session.keep_vector(body.vector, body.layer, fitted.tensors)
    answer = {"vector": body.vector, "norm": fitted.norm, "info": dict(fitted.info)}
    return Answer(answer, tuple(tensor_blob(name, tensor) for name, tensor in fitted.tensors.items()))


def put(session: Session, body: Put, request: Message, progress: Progress) -> Answer:
    if not request.blobs:
        raise WorkerError("bad_request", f"The vector `{body.vector}` was put without a tensor.", "Send its tensors.")
    session.keep_vector(body.vector, body.layer, {blob.name: blob_tensor(blob) for blob in request.blobs})
    return Answer({})


def _read(
    held: Held, statements: Sequence[str], position: ContrastPosition, layer: int, progress: Progress
) -> tuple[Float[Tensor, "statements d_model"], list[Float[Tensor, "pos d_model"]]]:
    """The residual at each statement's position, and at every one of its positions but `<bos>`."""
    places = statement_positions(held.loaded.tokenizer, statements, position)
    for ids, _ in places:
        check_ids(held.loaded, ids)
    prompts = [Prompt(ids, (False, *[True] * (len(ids) - 1))) for ids, _ in places]
    residuals = held.engine.residuals(prompts, [layer], progress)
    at_position = torch.stack([residual[index, 0] for residual, (_, index) in zip(residuals, places, strict=True)])
    return at_position, [residual[1:, 0] for residual in residuals]
