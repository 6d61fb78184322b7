"""Every dashboard, by the readers that it is for, and its file."""

from collections.abc import Mapping, Sequence

from components.dashboards.capacity import GPU_BOARD, PLATFORM_BOARD, TEAM_BOARD
from components.dashboards.endpoints import ENDPOINT_BOARD, MODEL_HEALTH_BOARD
from components.dashboards.language import LANGUAGE_BOARD
from components.dashboards.money import COST_BOARD, EXECUTIVE_BOARD
from components.dashboards.panels import Board, dashboard

BOARDS: Sequence[Board] = (
    PLATFORM_BOARD,
    GPU_BOARD,
    TEAM_BOARD,
    ENDPOINT_BOARD,
    LANGUAGE_BOARD,
    MODEL_HEALTH_BOARD,
    COST_BOARD,
    EXECUTIVE_BOARD,
)


def dashboard_files(boards: Sequence[Board] = BOARDS) -> Mapping[str, str]:
    """Grafana's JSON of each dashboard by the name of its file."""
    from grafana_foundation_sdk.cog.encoder import JSONEncoder

    encoder = JSONEncoder(sort_keys=True, indent=2)
    return {f"{board.name}.json": encoder.encode(dashboard(board).build()) + "\n" for board in boards}
