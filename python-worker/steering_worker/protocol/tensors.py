"""Tensors to blobs and back."""

import torch
from torch import Tensor

from steering_worker.protocol.frames import Blob

DTYPES = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
    "int32": torch.int32,
    "int64": torch.int64,
    "uint8": torch.uint8,
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def tensor_blob(name: str, tensor: Tensor) -> Blob:
    """A blob of the tensor's bytes; the dtype must be one of the protocol's."""
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return Blob(name, NAMES[tensor.dtype], tuple(tensor.shape), flat.view(torch.uint8).numpy().tobytes())


def blob_tensor(blob: Blob) -> Tensor:
    """A tensor on the CPU with its own memory."""
    dtype = DTYPES[blob.dtype]
    if not blob.data:
        return torch.empty(blob.shape, dtype=dtype)
    return torch.frombuffer(bytearray(blob.data), dtype=dtype).reshape(blob.shape)
