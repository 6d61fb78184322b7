"""Tracking: where a team's training jobs record parameters, metrics and artifacts."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Section


class Tracking(Section):
    """`paved:tracking`: an MLflow server of the team's own, which AWS runs and bills by the hour."""

    size: Annotated[
        Literal["small", "medium", "large"],
        Field(description="`small` (up to 25 people), `medium` (up to 50) or `large` (up to 100)"),
    ] = "small"
    mlflow_version: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9]{1,2}\.[0-9]{1,2}(\.[0-9]{1,2})?$",
            description='a quoted version that SageMaker offers in the region, such as "2.16.2"; leave out for '
            "its default",
        ),
    ] = None
    maintenance: Annotated[
        str,
        Field(
            pattern=r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01][0-9]|2[0-3]):[0-5][0-9]$",
            description="when AWS may restart the server each week, as day and UTC time, such as `Sun:03:00`",
        ),
    ] = "Sun:03:00"
    register_models: Annotated[
        bool,
        Field(
            description="`true` to enter models that jobs register in MLflow into SageMaker's registry as well"
        ),
    ] = False
