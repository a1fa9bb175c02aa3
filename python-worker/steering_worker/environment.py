"""Settings of the process that libraries read when they are imported."""

import os

SETTINGS = {
    # Loading a model must never install anything.
    "PIP_NO_INDEX": "1",
    "PIP_NO_INPUT": "1",
    # Threads that wait by spinning starve every other process on the machine.
    "OMP_WAIT_POLICY": "passive",
    "KMP_BLOCKTIME": "0",
    "TOKENIZERS_PARALLELISM": "false",
    # Needed for repeatable matrix products on CUDA.
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    # Kernels that oneDNN keeps, .6 MB each: one for every number of rows that are still going; a step needs a dozen.
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "128",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_ETAG_TIMEOUT": "5",
    "TRANSFORMERS_VERBOSITY": "error",
}


def prepare_environment() -> None:
    """Call before torch, transformers or huggingface_hub is imported; `HF_HUB_OFFLINE` and `HF_TOKEN` stay."""
    os.environ.update(SETTINGS)
