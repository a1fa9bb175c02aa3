"""The layout of a model, described once by its family: all other code reads this, not the family's config."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

#: How a block's attention looks back: at everything, or at a window.
AttentionKind = Literal["full_attention", "sliding_attention"]
Activation = Literal["gelu_pytorch_tanh", "silu"]


@dataclass(frozen=True)
class NormNames:
    """Modules of a block, by what they normalise; None where the family has no such norm."""

    before_attention: str
    after_attention: str | None
    before_mlp: str
    after_mlp: str | None
    #: Of the attention: each head's queries and keys.
    query: str | None
    key: str | None


@dataclass(frozen=True)
class Architecture:
    """A decoder of blocks of attention and a gated MLP, each behind an RMS norm and added to the residual."""

    family: str
    layers: int
    d_model: int
    d_ff: int
    heads: int
    kv_heads: int
    d_head: int
    vocab_size: int
    max_positions: int
    #: By block.
    attention: tuple[AttentionKind, ...]
    #: How many positions, its own included, a position sees in sliding blocks; None where no block slides.
    window: int | None
    #: What the products of queries and keys are multiplied with.
    attention_scale: float
    #: Embeddings are multiplied with it.
    embedding_scale: float
    eps: float
    #: A norm multiplies with its weight and this.
    norm_offset: float
    norms: NormNames
    #: The gate's, as the config names it.
    activation: str
    #: Matrices that have a bias: `qkv`, `out`, `mlp`.
    biases: frozenset[str]
    #: Soft caps: of the attention's scores, and of the logits.
    attention_cap: float | None
    logit_cap: float | None
    bidirectional: bool
    rope_types: frozenset[str]
    #: Path of the module with `embed_tokens`, `rotary_emb`, `layers` and `norm`, from the model with `lm_head`.
    decoder: str
    #: Whether the module takes its masks, and its rotary embedding turns, by kind of attention.
    masks_by_kind: bool
    rotary_by_kind: bool
    #: Names of parameters that begin so belong to parts that are not run, such as a vision tower.
    not_run: tuple[str, ...] = ()
    #: Parameters of the matrices of those parts.
    not_run_parameters: int = 0

    @property
    def block_parameters(self) -> int:
        """Of the matrices of one block."""
        attention = 2 * (self.heads + self.kv_heads) * self.d_head * self.d_model
        return attention + 3 * self.d_model * self.d_ff


@dataclass(frozen=True)
class Family:
    """Models of one architecture in several sizes."""

    name: str
    #: The one class of transformers that may load each `model_type`: another would leave weights out.
    model_classes: Mapping[str, str]
    #: From the config that transformers makes of config.json.
    architecture: Callable[[Any], Architecture]
