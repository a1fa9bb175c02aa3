"""Features of a sparse autoencoder, by id or by contrast."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import AfterValidator, Discriminator, Field, NonNegativeInt, PositiveInt, Tag, model_validator
from torch import Tensor

from steering_worker.dictionaries.dictionary import Dictionary, activations, jump_relu, open_dictionary, read_features
from steering_worker.dictionaries.location import locate_dictionary
from steering_worker.directions.caa import contrast_residuals
from steering_worker.directions.direction import ContrastPosition, Direction, Evidence, Fitted, Params
from steering_worker.directions.placeholders import check_placeholders, fill_placeholders
from steering_worker.errors import WorkerError

Side = Literal["positive", "negative", "both"]


def _distinct(ids: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(ids)) != len(ids):
        raise ValueError("every feature may be named once")
    return ids


def _kind_of_choice(value: object) -> str:
    return "word" if isinstance(value, str) else "ids"


FeatureIds = Annotated[tuple[NonNegativeInt, ...], Field(min_length=1), AfterValidator(_distinct)]
FeatureChoice = Annotated[
    Annotated[Literal["contrast"], Tag("word")] | Annotated[FeatureIds, Tag("ids")], Discriminator(_kind_of_choice)
]


class SaeFeaturesParams(Params):
    dictionary: Annotated[str, AfterValidator(check_placeholders)] = Field(
        description="Folder, root folder of layers, or owner/name[@revision]:path on the hub; {model}, {model_name} "
        "and {layer} are filled in.",
        json_schema_extra={"format": "path"},
    )
    features: FeatureChoice = Field(
        default="contrast",
        description="Ids, or `contrast`: those whose mean activation differs most between the statements.",
    )
    top: PositiveInt = Field(default=8, description="Largest number of features, where they are chosen by contrast.")
    side: Side = Field(
        default="positive", description="Statements on which features chosen by contrast are more active."
    )
    position: ContrastPosition = Field(
        default="last_token", description="Token of each statement whose residual is read."
    )

    @model_validator(mode="after")
    def _choice_only_by_contrast(self) -> "SaeFeaturesParams":
        given = sorted({"top", "side"} & self.model_fields_set)
        if self.features != "contrast" and given:
            raise ValueError(f"{given[0]} has no meaning beside a list of feature ids; leave it out")
        return self


class SaeFeatures(Direction):
    """Encoder columns and decoder rows of chosen features of a JumpReLU sparse autoencoder.

    f = relu(z) 1[z > threshold], z = h W_enc + b_enc. By contrast: the `top` features with the largest mean f over the
    positive statements minus that over the negative ones (side `positive`), its opposite (`negative`) or its magnitude
    (`both`); features that do not differ are never taken. `reference` is the mean f over the positive statements, the
    unit in which sae_clamp sets a feature. No single vector, so no norm. Source of dictionaries and equations: Gemma
    Scope, arXiv 2408.05147, and Gemma Scope 2.
    """

    kind: ClassVar[str] = "sae_features"
    Params: ClassVar[type[Params]] = SaeFeaturesParams
    tensors: ClassVar[tuple[str, ...]] = ("w_enc", "b_enc", "threshold", "w_dec", "reference")

    params: SaeFeaturesParams

    def fit(self, evidence: Evidence) -> Fitted:
        """Raise `WorkerError` for a dictionary that is absent, ambiguous or of another shape, or without a choice."""
        sides = contrast_residuals(self.kind, evidence)
        positive, negative = (side.to(torch.float32) for side in sides)
        reference = fill_placeholders(self.params.dictionary, evidence)
        path = locate_dictionary(reference, evidence.layer)
        dictionary = open_dictionary(path, evidence.d_model)
        ids = self._ids(dictionary, positive, negative)
        features = read_features(dictionary, ids)
        on_positive, on_negative = (
            jump_relu(side, features.w_enc, features.b_enc, features.threshold).mean(0) for side in (positive, negative)
        )
        info = {
            "features": list(ids),
            "mean_positive": on_positive.tolist(),
            "mean_negative": on_negative.tolist(),
            "dictionary": path.parent.name,
            "width": dictionary.width,
        }
        return Fitted(tensors={**vars(features), "reference": on_positive}, norm=None, info=info)

    def _ids(
        self, dictionary: Dictionary, positive: Float[Tensor, "p d_model"], negative: Float[Tensor, "n d_model"]
    ) -> tuple[int, ...]:
        if self.params.features != "contrast":
            return self.params.features
        ids = contrast_features(dictionary, positive, negative, self.params.side, self.params.top)
        if not ids:
            raise WorkerError(
                "no_feature",
                f"No feature of {_label(dictionary.path)} is more active on the statements' side {self.params.side!r}.",
                "Use another side, another dictionary, or name features by id.",
            )
        return ids


def contrast_features(
    dictionary: Dictionary,
    positive: Float[Tensor, "p d_model"],
    negative: Float[Tensor, "n d_model"],
    side: Side,
    top: int,
) -> tuple[int, ...]:
    """Ids by falling difference of mean activation, the lower id first among equals; at most `top`, maybe none."""
    both = torch.cat([positive, negative])
    count = len(positive)
    differences = torch.cat([f[:count].mean(0) - f[count:].mean(0) for f in activations(dictionary, both)])
    score = {"positive": differences, "negative": -differences, "both": differences.abs()}[side]
    order = score.argsort(descending=True, stable=True)[:top]
    return tuple(int(i) for i in order if score[i] > 0)


def _label(path: Path) -> str:
    return path.parent.name
