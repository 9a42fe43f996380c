"""What the training part of a version looked like, to see drift against: `reference.json`."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from seqserve.core.predictor import AnyPredictor
from seqserve.errors import ArtifactError
from seqserve.registry.artifact import Artifact

REFERENCE = "reference.json"

Share = Annotated[float, Field(ge=0, le=1)]
Deciles = Annotated[list[float], Field(min_length=11, max_length=11)]


class Reference(BaseModel):
    """The training part in figures; a version may be published without any of them."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)

    deciles: dict[str, Deciles] = Field(default={}, description="Of each input: its quantiles 0, 0.1, ... 1.")
    unknown_share: Share | None = Field(default=None, description="Of all tokens, those the vocabulary does not have.")
    label_shares: dict[str, Share] = Field(default={}, description="Of all texts, those of each label.")

    @field_validator("deciles")
    @classmethod
    def _ascend(cls, deciles: dict[str, list[float]]) -> dict[str, list[float]]:
        for name, values in deciles.items():
            if any(low > high for low, high in pairwise(values)):
                raise ValueError(f"the deciles of {name} do not ascend")
        return deciles


def read(artifact: Artifact, predictor: AnyPredictor) -> Reference:
    """What a version states of its training part; nothing, if it has no such file.

    Raises:
        ArtifactError: it is no reference, or one of another model; the version can serve without.
    """
    if REFERENCE not in artifact.files:
        return Reference()
    try:
        found = Reference.model_validate_json(artifact.file(REFERENCE))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ArtifactError(f"{artifact}: {first['msg']} at {where or REFERENCE}") from None
    for stated, own in ((found.deciles, predictor.inputs), (found.label_shares, predictor.classes)):
        if stated and stated.keys() != set(own):
            has, needs = ", ".join(sorted(stated)), ", ".join(sorted(own)) or "none"
            raise ArtifactError(f"{artifact}: {REFERENCE} is about {has}, the model about {needs}")
    return found
