import pytest

from components.data.lustre_network import LustreNetwork, LustreNetworkArgs

NODES = "sg-nodes"
IN, OUT = (f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule" for way in ("Ingress", "Egress"))


@pytest.fixture
def planned(plan_program):
    args = LustreNetworkArgs(group_name="paved-foundation-prod-lustre", vpc_id="vpc-1", nodes_group_id=NODES)
    return plan_program(lambda: LustreNetwork("lustre", args))


def test_nothing_but_lustre_passes_and_only_between_groups(planned):
    for rule in (*planned.of(IN), *planned.of(OUT)):
        assert (rule.inputs["fromPort"], rule.inputs["toPort"]) in {(988, 988), (1018, 1023)}
        assert rule.inputs["ipProtocol"] == "tcp"
        assert "cidrIpv4" not in rule.inputs
        assert "referencedSecurityGroupId" in rule.inputs


def test_servers_reach_the_nodes_too(planned):
    opened = {
        (each.inputs["fromPort"], each.inputs["toPort"])
        for each in planned.of(IN)
        if each.inputs["securityGroupId"] == NODES
    }
    assert opened == {(988, 988), (1018, 1023)}


def test_each_way_is_open_once(planned):
    assert (len(planned.of(IN)), len(planned.of(OUT))) == (6, 4)
    assert len({each.name for each in (*planned.of(IN), *planned.of(OUT))}) == 10
