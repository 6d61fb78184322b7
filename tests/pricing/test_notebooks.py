"""Notebooks on general nodes, checked by hand: a hub all month, and two people's for their hours."""

from decimal import Decimal

import pytest

from pricing.general_nodes import general_use
from pricing.usage import Usage

HALF = {"resources": {"requests": {"cpu": "500m", "memory": "512Mi"}}}
GENERAL = {"types": ("m7i.large", "m7i.2xlarge"), "limits": {"cpu": "512", "memory": "2048Gi"}}
# m7i.large has 2 vCPUs and 8 GiB at 0.10, m7i.2xlarge 8 and 32 at 0.40: 0.05 a vCPU, or four GiB, in both.


@pytest.fixture
def platform(pricing_inputs, pool):
    return pricing_inputs(*pool("general", **GENERAL))


@pytest.fixture
def hub(fake):
    def size(pool, cpu, memory):
        override = {"cpu_guarantee": cpu, "mem_guarantee": memory, "node_selector": {"paved.dev/pool": pool}}
        return {"kubespawner_override": override}

    def make(*sizes):
        values = {
            "hub": {**HALF, "activeServerLimit": 2},
            "proxy": {"chp": HALF},
            "singleuser": {"profileList": [size(*each) for each in sizes]},
        }
        return fake(
            type="kubernetes:helm.sh/v3:Release", name="hub", inputs={"name": "jupyterhub", "values": values}
        )

    return make


def test_a_hub_costs_all_month_and_notebooks_the_hours_of_people(pricing_inputs, platform, hub, figures):
    team = pricing_inputs(hub(("general", 2, "8G"), ("general", 1, "4G"), ("l4", 8, "32G")))
    found, notebooks = general_use(team, platform)
    # 1 vCPU and 1 GiB: 0.05 an hour.
    assert (found.name, figures(found)) == ("hub of notebooks", ("36.50",) * 4)
    # Two people with 2 vCPUs and 8 GiB at 0.10 an hour, for 80 h where nobody declares it, and 730 h at most.
    assert (notebooks.name, figures(notebooks)) == ("notebooks", ("0.00", "16.00", "16.00", "146.00"))
    assert notebooks.is_default


def test_declared_hours_take_the_place_of_the_default(pricing_inputs, platform, hub, figures):
    usage = Usage(amounts={"notebook_hours": Decimal(10)})
    _, notebooks = general_use(pricing_inputs(hub(("general", 2, "8G")), usage=usage), platform)
    assert (figures(notebooks)[2], notebooks.is_default) == ("2.00", False)


def test_notebooks_on_gpus_alone_are_work_of_their_pool(pricing_inputs, platform, hub):
    [found] = general_use(pricing_inputs(hub(("l4", 8, "32G"))), platform)
    assert found.name == "hub of notebooks"


def test_the_quota_of_notebooks_is_no_room_for_other_pods(pricing_inputs, platform, hub, fake):
    hard = {"requests.cpu": "4", "requests.memory": "16Gi"}
    quota = fake(type="kubernetes:core/v1:ResourceQuota", inputs={"spec": {"hard": hard}})
    names = [each.name for each in general_use(pricing_inputs(hub(("general", 2, "8G")), quota), platform)]
    assert names == ["hub of notebooks", "notebooks"]
