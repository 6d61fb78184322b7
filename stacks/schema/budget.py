"""The budget: what a team may spend in a month, and who hears of it."""

from typing import Annotated

from pydantic import Field

from stacks.schema.base import Emails, Percent, Section, Usd

Thresholds = Annotated[
    tuple[Percent, ...],
    Field(min_length=1, max_length=5, description="1 to 5 whole percentages of `monthly_usd`"),
]


class Budget(Section):
    """`paved:budget`: an AWS Budget on the team's cost tag."""

    monthly_usd: Usd
    approved_ceiling_usd: Annotated[
        Usd,
        Field(
            description="US dollars, at most two decimals: what finance approved for a month at every pool's maximum"
        ),
    ]
    actual_percent: Annotated[
        Thresholds,
        Field(description="1 to 5 percentages of `monthly_usd` at which spend already made is reported"),
    ] = (50, 80, 100)
    forecast_percent: Annotated[
        Thresholds, Field(description="1 to 5 percentages of `monthly_usd` at which a forecast is reported")
    ] = (100,)
    notify: Emails
