"""A vector that the user provides."""

from pathlib import Path
from typing import Annotated, ClassVar

import torch
from pydantic import AfterValidator, Field
from safetensors import SafetensorError, safe_open

from steering_worker.directions.direction import Direction, Evidence, Fitted, Params
from steering_worker.directions.placeholders import check_placeholders, fill_placeholders
from steering_worker.errors import WorkerError
from steering_worker.memory import is_out_of_memory

Template = Annotated[str, AfterValidator(check_placeholders)]


class VectorFileParams(Params):
    path: str = Field(description="Safetensors file.", json_schema_extra={"format": "path"})
    tensor: Template | None = Field(
        default=None,
        description="Name of the tensor, such as layer_{layer} or {model_name}_{layer}; may be left out where the file "
        "holds one.",
    )


class VectorFile(Direction):
    """A vector read from a safetensors file, one tensor of shape [d_model].

    v is the tensor in float32, otherwise unchanged; strength `raw` is in multiples of it. Norm and position are those
    with which it was made.
    """

    kind: ClassVar[str] = "vector_file"
    Params: ClassVar[type[Params]] = VectorFileParams
    needs_contrast: ClassVar[bool] = False

    params: VectorFileParams

    def fit(self, evidence: Evidence) -> Fitted:
        """Raise `WorkerError` `vector_file` if the file, the tensor or its shape is wrong."""
        vector, name = read_vector(Path(self.params.path), self._tensor_name(evidence), evidence.d_model)
        return Fitted.of_vector(vector, {"tensor": name})

    def _tensor_name(self, evidence: Evidence) -> str | None:
        return None if self.params.tensor is None else fill_placeholders(self.params.tensor, evidence)


def read_vector(path: Path, name: str | None, d_model: int) -> tuple[torch.Tensor, str]:
    """The tensor `name` (or the only one) of a safetensors file as float32 `[d_model]`, and its name."""
    if not path.is_absolute() or not path.is_file():
        raise _refused(path, "there is no such file", "Give the path of a safetensors file.")
    if path.suffix != ".safetensors":
        raise _refused(path, "it is not a .safetensors file", "Save it with safetensors.torch.save_file.")
    try:
        with safe_open(path, framework="pt") as file:
            names = sorted(file.keys())
            if name is None and len(names) != 1:
                raise _refused(path, f"it holds {len(names)} tensors ({_list(names)})", "Name one with `tensor`.")
            chosen = names[0] if name is None else name
            if chosen not in names:
                raise _refused(path, f"it has no tensor {chosen!r}", f"It holds {_list(names)}.")
            vector: torch.Tensor = file.get_tensor(chosen)
    except (SafetensorError, OSError) as error:
        if is_out_of_memory(error):
            raise
        raise _refused(path, f"it cannot be read ({error})", "Save it again with safetensors.") from error
    if tuple(vector.shape) != (d_model,):
        received = f"tensor {chosen!r} has shape {list(vector.shape)} where the model needs [{d_model}]"
        raise _refused(path, received, "Use a vector fitted on a model of this width.")
    vector = vector.to(torch.float32)
    if not torch.isfinite(vector).all() or not vector.any():
        raise _refused(path, f"tensor {chosen!r} is zero or not finite", "Save a finite vector that is not zero.")
    return vector, chosen


def _list(names: list[str]) -> str:
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")


def _refused(path: Path, what: str, advice: str) -> WorkerError:
    return WorkerError("vector_file", f"The vector file {path} cannot be used: {what}.", advice)
