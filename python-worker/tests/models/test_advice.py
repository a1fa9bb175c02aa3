"""What the hub's failures become."""

import httpx2
import pytest
from huggingface_hub import constants
from huggingface_hub import errors as hub

from steering_worker.models.advice import hub_error

REF = "google/gemma-3-1b-it"


def refused(kind: type[hub.HfHubHTTPError], status: int, text: str) -> hub.HfHubHTTPError:
    request = httpx2.Request("GET", f"https://huggingface.co/{REF}")
    return kind(f"{status} Client Error. {text}", response=httpx2.Response(status, request=request))


CASES = [
    (refused(hub.GatedRepoError, 401, "Cannot access gated repo"), "gated", "hf auth login"),
    (refused(hub.GatedRepoError, 403, "you are not in the authorized list"), "licence_not_accepted", f"co/{REF}"),
    (refused(hub.HfHubHTTPError, 403, "Forbidden"), "licence_not_accepted", "licence"),
    (refused(hub.HfHubHTTPError, 401, "Invalid credentials"), "token_refused", "settings/tokens"),
    (refused(hub.RepositoryNotFoundError, 401, "Repository Not Found"), "model_not_found", "spelling"),
    (refused(hub.RevisionNotFoundError, 404, "Revision Not Found"), "revision_not_found", "commits"),
    (refused(hub.HfHubHTTPError, 503, "Service Unavailable"), "hub_failed", "later"),
    (hub.LocalEntryNotFoundError("Please check your internet connection"), "hub_unreachable", "network"),
    (ConnectionError("reset"), "hub_unreachable", "network"),
    (OSError(28, "No space left on device"), "disk_full", "HF_HOME"),
    (hub.HFValidationError("Repo id must use alphanumeric chars"), "bad_model_ref", "ref"),
]


@pytest.mark.parametrize(("error", "code", "hint"), CASES, ids=[f"{code} {error}"[:40] for error, code, _ in CASES])
def test_a_failure_of_the_hub_says_what_to_do(
    error: Exception, code: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    found = hub_error(error, REF, "v1")
    assert (found.code, found.retry) == (code, "run_fatal")
    assert REF in found.message and "\n" not in found.message
    assert hint in found.advice


def test_a_model_that_is_not_cached_is_offline_where_the_hub_is_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    found = hub_error(hub.LocalEntryNotFoundError("outgoing traffic has been disabled"), REF, None)
    assert found.code == "offline"
    assert "HF_HUB_OFFLINE" in found.message and "folder" in found.advice
