"""The weights by which a community ranks: the shipped ones, until an administrator accepted others."""

import json
from functools import lru_cache

from matcher import DEFAULT_WEIGHTS, Weights
from models.tables import Community

KEPT = ("waiting", "load", "rest")
"""Promises to people: who waits long comes up, who helps much is spared. Habits of deciding do not wear them down."""


def weights_of(community: Community) -> Weights:
    """Give the weights of a community."""
    if community.weights is None:
        return DEFAULT_WEIGHTS
    return _read(json.dumps(community.weights, sort_keys=True))


@lru_cache(maxsize=256)
def _read(document: str) -> Weights:
    return Weights.from_dict({**DEFAULT_WEIGHTS.as_dict(), "weights": json.loads(document)})
