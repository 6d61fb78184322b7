"""Budgets: what a team or an account may spend in a month, who hears of it, and what it stops."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Emails, Percent, Section, Usd

# AWS Budgets has at most 10 notifications of a budget: five of actual spend, five of forecasts.
Thresholds = Annotated[
    tuple[Percent, ...],
    Field(min_length=1, max_length=5, description="1 to 5 whole percentages of `monthly_usd`"),
]


class SavingsPlanSpec(Section):
    """The team's part of a Compute Savings Plan, which is paid whether it is used or not."""

    hourly_usd: Annotated[
        Usd, Field(description="US dollars an hour that are committed, with at most two decimals")
    ]
    percent: Annotated[
        int, Field(ge=1, le=80, description="1 to 80 percent off the on-demand price of what it covers")
    ]


class PlannedYear(Section):
    """A limit of its own for each of twelve months, for a team whose year has seasons."""

    first_month: Annotated[
        str,
        Field(
            pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$",
            description='the first of the twelve months, quoted, such as "2026-12": AWS takes only the month '
            "in which the budget is deployed",
        ),
    ]
    monthly_usd: Annotated[
        tuple[Usd, ...],
        Field(min_length=12, max_length=12, description="12 amounts in US dollars, one for each month"),
    ]


class FreezeSpec(Section):
    """What denies the team new nodes once the budget is spent. Nodes that run stay, and go on costing."""

    percent: Annotated[Percent, Field(description="the percentage of the budget at which it acts, 1 to 1000")]
    spend: Annotated[
        Literal["actual", "forecast"],
        Field(
            description="`actual` spend, 8 to 24 hours late, or a `forecast`, which needs weeks of history"
        ),
    ] = "actual"
    approval: Annotated[
        Literal["manual", "automatic"],
        Field(description="`manual`: somebody who is told has to approve it; `automatic`: at once"),
    ] = "manual"


class RateSpec(Section):
    """The pace of spend that is too fast, by the nodes that run: heard of within the hour."""

    percent: Annotated[
        Percent,
        Field(
            description="the percentage of `monthly_usd`, 1 to 1000, above which a month at the pace of the nodes that "
            "run now is too dear"
        ),
    ]
    minutes: Annotated[
        int, Field(ge=5, le=1440, description="5 to 1440 minutes that it lasts before somebody is told")
    ] = 30


class MonthlyBudget(Section):
    """An AWS Budget: of the whole account in a foundation, of the team's cost tag in a team stack."""

    monthly_usd: Usd
    actual_percent: Annotated[
        Thresholds,
        Field(description="1 to 5 percentages of `monthly_usd` at which spend already made is reported"),
    ] = (50, 80, 100)
    forecast_percent: Annotated[
        Thresholds, Field(description="1 to 5 percentages of `monthly_usd` at which a forecast is reported")
    ] = (100,)
    notify: Emails


class BudgetSpec(MonthlyBudget):
    """`paved:budget`: an AWS Budget on the team's cost tag."""

    approved_ceiling_usd: Annotated[
        Usd,
        Field(
            description="US dollars, at most two decimals: what finance approved for a month at every pool's maximum"
        ),
    ]
    planned: Annotated[
        PlannedYear | None,
        Field(
            description="limits by month, none above `monthly_usd`; leave out for `monthly_usd` in every month"
        ),
    ] = None
    freeze: Annotated[
        FreezeSpec | None,
        Field(description="a brake on the team's new nodes; leave out to be told and nothing else"),
    ] = None
    rate: Annotated[
        RateSpec | None,
        Field(
            description="an alert of nodes that cost too much, within the hour; leave out for AWS Budgets alone, which "
            "are a day late"
        ),
    ] = None
    savings_plan: Annotated[
        SavingsPlanSpec | None,
        Field(description="a part of a Compute Savings Plan, for estimates; leave out where there is none"),
    ] = None
