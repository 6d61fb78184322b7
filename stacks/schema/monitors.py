"""Monitors: the questions that a job asks of an endpoint's inference log."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Exact, Section, Slug
from stacks.schema.retraining import ScheduleSpec

ColumnName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*( [A-Za-z0-9_.-]+)*$",
        max_length=100,
        description="the name of a column, as the log has it",
    ),
]
DataPrefix = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*/$",
        max_length=200,
        description="a key prefix of Parquet files or lines of JSON in the team's datasets bucket, such as "
        "`inference/scorer/`",
    ),
]


class MonitorSpec(Section):
    """One question, the value beyond which its answer is bad, and who hears of that."""

    name: Slug
    kind: Annotated[
        Literal[
            "data-drift",
            "prediction-drift",
            "performance",
            "estimated-performance",
            "data-quality",
            "feature-freshness",
            "skew",
            "language",
        ],
        Field(
            description="`data-drift`, `prediction-drift`, `performance` (by labels), `estimated-performance` "
            "(without), `data-quality`, `feature-freshness`, `skew` or `language`"
        ),
    ]
    threshold: Annotated[
        Decimal,
        Field(
            ge=0,
            le=1_000_000,
            decimal_places=4,
            description="0 to 1000000: a share of features, requests or cells, a distance, minutes, or the value of "
            "the metric",
        ),
        Exact,
    ]
    metric: Annotated[
        Literal[
            "accuracy", "f1", "precision", "recall", "roc_auc", "mae", "rmse",
            "refusals", "toxicity", "groundedness", "judge",
        ]
        | None,
        Field(
            description="of a performance `accuracy`, `f1`, `precision`, `recall`, `roc_auc`, `mae` or `rmse`; of a "
            "language `refusals`, `toxicity`, `groundedness` or `judge`; left out for any other kind"
        ),
    ] = None  # fmt: skip
    window_hours: Annotated[
        int, Field(ge=1, le=744, description="1 to 744 hours of the log that an answer is of")
    ] = 24
    delay_hours: Annotated[
        int,
        Field(
            ge=0,
            le=2160,
            description="0 to 2160 hours by which the window ends before now, for labels to come",
        ),
    ] = 0
    min_rows: Annotated[
        int, Field(ge=100, le=1_000_000, description="100 to 1000000 rows, under which there is no answer")
    ] = 500
    features: Annotated[
        tuple[ColumnName, ...],
        Field(
            max_length=500, description="columns to look at; left out, all of the reference that are features"
        ),
    ] = ()
    offline: Annotated[
        DataPrefix | None, Field(description="of `skew`: the prefix of the features as training reads them")
    ] = None
    severity: Annotated[
        Literal["page", "page-in-hours", "ticket"],
        Field(description="`page`, `page-in-hours` or `ticket`, when the answer is bad"),
    ] = "ticket"
    retrain: Annotated[
        Slug | None,
        Field(description="one of `retraining.triggers` that starts by `drift` of this endpoint"),
    ] = None


class MonitorsSpec(Section):
    """The data of an endpoint, and the monitors that a job looks at it with."""

    log: Annotated[
        DataPrefix | None,
        Field(
            description="the prefix of a log of your own in the datasets bucket; leave out to read the endpoint's `log`"
        ),
    ] = None
    reference: Annotated[
        DataPrefix | None,
        Field(description="the prefix of rows that the model was judged by before it served"),
    ] = None
    labels: Annotated[
        DataPrefix | None, Field(description="the prefix of labels as they come, by `request_id`")
    ] = None
    feedback: Annotated[
        bool,
        Field(
            description="`true` to take for labels what callers say of answers, where the endpoint has a `log`"
        ),
    ] = False
    schedule: ScheduleSpec
    most_hours: Annotated[
        int,
        Field(ge=1, le=800, description="1 to 800 hours, after which a result that has not come is missed"),
    ] = 50
    checks: Annotated[
        tuple[MonitorSpec, ...], Field(min_length=1, max_length=20, description="1 to 20 monitors")
    ]


class ModelHealthSpec(Section):
    """The image and the size of the jobs that look at endpoints, one endpoint a job."""

    repository: Annotated[
        Slug, Field(description="one of `registry.repositories`, which has the image of `model_health`")
    ]
    image_digest: Annotated[
        str,
        Field(pattern=r"^sha256:[0-9a-f]{64}$", description="the image's digest, `sha256:` and 64 digits"),
    ]
    pool: Annotated[
        Slug,
        Field(description="the name of one of `training.pools` without accelerators, in the team's quota"),
    ]
    cpu: Annotated[int, Field(ge=1, le=32, description="1 to 32 vCPUs")] = 2
    memory_gib: Annotated[int, Field(ge=2, le=256, description="2 to 256 GiB")] = 4
    timeout_hours: Annotated[int, Field(ge=1, le=24, description="1 to 24 hours that a job may run")] = 1
