"""NaN or infinite logits: the item's fault under an edit, the model's fault without one."""

from steering_worker.errors import WorkerError

NON_FINITE = "non_finite_logits"


def not_finite(what: str) -> WorkerError:
    """The failure of the unedited model, which stops the run."""
    return WorkerError(
        f"{NON_FINITE}_baseline",
        f"The unedited model's logits for {what} are not finite.",
        "Use `dtype: float32`, or another checkpoint.",
    )
