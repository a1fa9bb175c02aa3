"""Methods of a user's own that keep their contract."""

from pathlib import Path

EXAMPLE = Path(__file__).parents[4] / "docs" / "examples" / "my_method.py"
#: A file that was written before edits were formulas.
OLDER = Path(__file__).with_name("version_0_1_0.py")

EDIT = """
import torch
from steering_worker.directions.direction import NoParams

class Shift:
    "Add the vector."
    Params = NoParams
    axis = "log"
    units = ("raw",)
    neutral = 0.0
    tensors = ("vector",)

    def __init__(self, params):
        self.params = params

    def edit(self, resid, clean, fitted, strength, mask):
        moved = (resid.float() + strength[:, None, None] * fitted["vector"]).to(resid.dtype)
        return torch.where((mask & (strength != 0)[:, None])[..., None], moved, resid)

edit = Shift
"""

FORMULA = """
from steering_worker.edits.edit import Edit

class Shift(Edit):
    "Add the vector."
    axis = "log"
    units = ("raw",)
    neutral = 0.0
    tensors = ("vector",)

    def formula(self, h, clean, fitted, c):
        return h + c * fitted["vector"]

edit = Shift
"""

LAYERS = EDIT.replace(
    "edit = Shift",
    """    def layers(self, layer, count):
        return tuple(range(layer, count))

edit = Shift""",
)

DIRECTION = """
import torch
from steering_worker.directions.direction import Fitted, Params

class Scaled(Params):
    scale: float = 1.0

class Ones:
    "A constant vector."
    Params = Scaled
    tensors = ("vector",)
    needs_contrast = False
    random = False
    contrast = None

    def __init__(self, params):
        self.params = params

    def fit(self, evidence):
        vector = torch.full((evidence.d_model,), self.params.scale)
        return Fitted(tensors={"vector": vector}, norm=float(vector.norm()))

direction = Ones
"""
