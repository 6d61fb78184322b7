"""Plans of a team's program."""

import pytest

from stacks.program.team import build_team
from tests.stacks.program.team_inputs import PLATFORM, VISION


@pytest.fixture
def plan_team(plan_program):
    """Plan a team: vision with some of its sections changed. Returns the plan and the outputs."""

    def run(team=VISION, *, name="vision-prod", platform=PLATFORM, **changes):
        outputs = {}
        planned = plan_program(
            lambda: outputs.update(build_team(name, team.model_copy(update=changes))),
            stack=name,
            references={team.platform: platform},
        )
        return planned, outputs

    return run
