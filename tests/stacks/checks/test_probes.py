from decimal import Decimal

import pytest

from components.monitoring.burn_rate import min_requests_per_hour
from stacks.checks.probes import probes_are_sent_where_they_are_promised
from stacks.schema.objectives import ProbeObjective

LOOKS_PER_HOUR = 120
"""One every 30 seconds."""


def test_probes_are_promised_where_a_prober_runs(valid, says):
    promised = valid.team({"serving.endpoints.0.objectives": {"probe": {"percent": 99.5}}})
    sends, check = valid.platform({"monitoring.probes": True}), probes_are_sent_where_they_are_promised
    assert says(check, valid.organisation()) == []
    assert says(check, valid.organisation(platform_prod=sends, vision_prod=promised)) == []
    assert says(check, valid.organisation(platform_prod=sends)) == []
    assert says(check, valid.organisation(vision_prod=promised)) == [
        "vision-prod: `serving.endpoints[0].objectives.probe` must be left out, or `monitoring.probes` of "
        "`platform-prod` be true: nobody sends any"
    ]


def test_one_probe_without_an_answer_alerts_nobody():
    [most] = [each.le for each in ProbeObjective.model_fields["percent"].metadata if hasattr(each, "le")]
    assert min_requests_per_hour(most) <= LOOKS_PER_HOUR
    assert min_requests_per_hour(most + Decimal("0.05")) > LOOKS_PER_HOUR


@pytest.mark.parametrize("percent", ["99.95", "93"])
def test_more_than_looks_can_tell_is_refused(percent):
    with pytest.raises(ValueError, match="percent"):
        ProbeObjective(percent=Decimal(percent))
