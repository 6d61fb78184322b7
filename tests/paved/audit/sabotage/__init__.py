"""Sabotages of a rehearsed account by hand, as data: each with what an audit says of it."""

from tests.paved.audit.sabotage import (  # noqa: F401 - each keeps its sabotages
    account,
    cluster,
    identity,
    messages,
    network,
    storage,
    watch,
)
from tests.paved.audit.sabotage.hand import SABOTAGES

__all__ = ["SABOTAGES"]
