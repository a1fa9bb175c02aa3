"""Failures of the hub as sentences that say what to do next."""

from huggingface_hub import constants
from huggingface_hub import errors as hub

from steering_worker.errors import WorkerError
from steering_worker.one_line import one_line

DOWNLOAD_FIRST = "download the model on a machine with a network and give its folder as `ref`"


def hub_error(error: Exception, ref: str, revision: str | None) -> WorkerError:
    """The `WorkerError` for what huggingface_hub raised while it resolved or downloaded `ref`."""
    where = f"`{ref}`" if revision is None else f"`{ref}` at revision `{revision}`"
    status = _status(error)
    text = str(error)
    if isinstance(error, hub.HFValidationError):
        return WorkerError(
            "bad_model_ref",
            f"The model reference `{ref}` is neither an absolute folder nor a hub id like `google/gemma-3-1b-it`.",
            "Correct `ref` in the experiment.",
        )
    if isinstance(error, hub.GatedRepoError) or "gated repo" in text:
        return _gated(ref, status, text)
    if isinstance(error, hub.RevisionNotFoundError):
        return WorkerError(
            "revision_not_found",
            f"The model `{ref}` on the hub has no revision `{revision or 'main'}`.",
            f"Take a branch, tag or commit that https://huggingface.co/{ref}/commits lists.",
        )
    if isinstance(error, hub.RepositoryNotFoundError):
        return WorkerError(
            "model_not_found",
            f"There is no model {where} on the hub, or it is private and the token in use may not see it.",
            "Check the spelling of `ref`; for a private model run `hf auth login` or set HF_TOKEN.",
        )
    if isinstance(error, hub.DisabledRepoError):
        return WorkerError("model_disabled", f"The hub has disabled the model {where}.", "Use another model.")
    if status == 401:
        return WorkerError(
            "token_refused",
            f"The hub refused the access token in use while {where} was fetched.",
            "Make a new token at https://huggingface.co/settings/tokens and run `hf auth login` or set HF_TOKEN.",
        )
    if status == 403:
        return _gated(ref, status, text)
    unreachable = (hub.LocalEntryNotFoundError, hub.RevisionResolutionError, ConnectionError, TimeoutError)
    absent = isinstance(error, unreachable)
    if absent and constants.HF_HUB_OFFLINE:
        return WorkerError(
            "offline",
            f"The model {where} is not in the local cache and HF_HUB_OFFLINE=1 forbids downloading it.",
            f"Unset HF_HUB_OFFLINE, or {DOWNLOAD_FIRST}.",
        )
    if absent:
        return WorkerError(
            "hub_unreachable",
            f"The model {where} is not in the local cache and the hub could not be reached.",
            f"Check the network connection, or {DOWNLOAD_FIRST}.",
        )
    if isinstance(error, OSError) and error.errno == 28:
        return WorkerError(
            "disk_full",
            f"The disk is full: the model {where} could not be stored in the hub's cache.",
            "Free some space, or point HF_HOME to a larger disk.",
        )
    return WorkerError(
        "hub_failed",
        f"Fetching the model {where} from the hub failed: {one_line(error)}",
        f"Try again later, or {DOWNLOAD_FIRST}.",
    )


def _gated(ref: str, status: int | None, text: str) -> WorkerError:
    page = f"https://huggingface.co/{ref}"
    if status == 401 or "401 Client Error" in text:
        return WorkerError(
            "gated",
            f"The model `{ref}` is gated and no valid access token was sent.",
            f"Accept its licence at {page}, then run `hf auth login` or set HF_TOKEN.",
        )
    return WorkerError(
        "licence_not_accepted",
        f"The model `{ref}` is gated and the account of the token in use has not been granted access.",
        f"Accept its licence at {page} with that account, and give the token read access to gated repositories.",
    )


def _status(error: Exception) -> int | None:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    return status if isinstance(status, int) else None
