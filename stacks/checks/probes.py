"""Checks of probes: who promises to answer them is asked."""

from collections.abc import Iterator

from stacks.checks.check import folder_check
from stacks.checks.endpoints import placed_endpoints
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import at


@folder_check
def probes_are_sent_where_they_are_promised(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse an objective of probes on a platform without a prober: its series would never be there."""
    for name, team, platform in organisation.on_platforms():
        for path, endpoint in placed_endpoints(team):
            if endpoint.objectives.probe and not platform.monitoring.probes:
                says = (
                    f"must be left out, or `monitoring.probes` of `{team.platform}` be true: nobody sends any"
                )
                yield name, at(*path, "objectives", "probe", says=says)
