"""The inference log: what an endpoint was asked and what it answered, kept for its monitors and for its team."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import DataClass, Environment, Exact, Section
from stacks.schema.monitors import ColumnName

# Six months for what may name people: Article 26(6) of the EU's AI Act (Regulation 2024/1689) asks those who deploy a
# system of high risk to keep its logs for at least that long, and nothing is gained by keeping them longer.
REQUEST_LOG_DAYS: Mapping[DataClass, int] = {
    "public": 365,
    "internal": 365,
    "confidential": 184,
    "regulated": 184,
}
"""The days that requests are kept in production, by the class of the team's data."""
REQUEST_LOG_DAYS_BEFORE_PROD: Mapping[Environment, int] = {"dev": 30, "staging": 90}


def request_log_days(environment: Environment, data_class: DataClass) -> int:
    """The days that a team's inference log is kept."""
    return REQUEST_LOG_DAYS_BEFORE_PROD.get(environment, REQUEST_LOG_DAYS[data_class])


class RequestLogSpec(Section):
    """The part of an endpoint's requests that is kept, and what is taken out of their bodies before."""

    sample_percent: Annotated[
        Decimal,
        Field(
            gt=0,
            le=100,
            decimal_places=2,
            description="0.01 to 100 percent of requests, by a hash of the request's id; 100 if left out",
        ),
        Exact,
    ] = Decimal(100)
    redact: Annotated[
        tuple[ColumnName, ...],
        Field(
            max_length=100,
            description="names of values to take out of requests and answers, at any depth and in any case, such as "
            "`email` or, for whole requests without names, `instances`",
        ),
    ] = ()
    mask: Annotated[
        tuple[Literal["email", "card", "iban", "phone"], ...],
        Field(
            max_length=4,
            description="`email`, `card`, `iban` or `phone` (in international form): put a mark in the place of what "
            "looks like one, in every text",
        ),
    ] = ()
