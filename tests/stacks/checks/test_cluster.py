from stacks.checks.cluster import (
    anomaly_is_below_the_ceiling,
    break_glass_is_heard,
    roles_enter_once,
    system_nodes_have_a_range,
    system_types_are_known,
    system_types_are_offered,
    system_types_share_an_image,
)

NODES = "cluster.system_nodes"
TYPES = f"{NODES}.instance_types"


def test_the_range_of_nodes_is_a_range(valid, says):
    assert says(system_nodes_have_a_range, valid.foundation()) == []
    assert says(system_nodes_have_a_range, valid.foundation({f"{NODES}.min": 5, f"{NODES}.max": 4})) == [
        "`cluster.system_nodes.max` must be at least `min`, which is 5, got 4"
    ]


def test_a_range_may_be_one_number(valid, says):
    assert says(system_nodes_have_a_range, valid.foundation({f"{NODES}.min": 4, f"{NODES}.max": 4})) == []


def test_prod_has_a_system_node_in_each_zone(valid, says):
    assert says(system_nodes_have_a_range, valid.foundation({f"{NODES}.min": 2, "environment": "dev"})) == []
    assert says(system_nodes_have_a_range, valid.foundation({f"{NODES}.min": 2})) == [
        "`cluster.system_nodes.min` must be at least 3 in prod, one for each zone, got 2"
    ]


def test_system_nodes_are_of_known_types_without_gpus(valid, says):
    assert says(system_types_are_known, valid.foundation()) == []
    types = ["m7i.xlarg", "g5.xlarge", "m7i.xlarge", "m7i.xlarge"]
    assert says(system_types_are_known, valid.foundation({TYPES: types})) == [
        "`cluster.system_nodes.instance_types[3]` is `m7i.xlarge`, as entry 3 of the list is: keep one",
        "`cluster.system_nodes.instance_types[0]` is m7i.xlarg, which is not a known instance type; "
        "did you mean `m7i.xlarge`?",
        "`cluster.system_nodes.instance_types[1]` is g5.xlarge, which has GPUs: system nodes run none of that work",
    ]


def test_system_nodes_are_of_one_architecture(valid, says):
    assert says(system_types_share_an_image, valid.foundation({TYPES: ["m7g.xlarge"]})) == []
    assert says(system_types_share_an_image, valid.foundation({TYPES: ["m7i.xlarge", "m7g.xlarge"]})) == [
        "`cluster.system_nodes.instance_types` must be of one architecture, "
        "got m7i.xlarge (amd64), m7g.xlarge (arm64)"
    ]


def test_system_nodes_find_a_machine_in_each_zone(valid, says):
    assert says(system_types_are_offered, valid.foundation()) == []
    assert says(system_types_are_offered, valid.foundation({"network.zones.1": "euc1-az1"})) == [
        "`cluster.system_nodes.instance_types` has none that us-east-1 offers in euc1-az1: add one"
    ]


def test_a_role_has_one_entry_and_the_deploy_role_none(valid, says):
    assert says(roles_enter_once, valid.foundation()) == []
    names = ("audit", "Audit", "Paved-deploy", "ops/audit", "ops/paved-deploy")
    access = [{"role": name, "policy": "view"} for name in names]
    assert says(roles_enter_once, valid.foundation({"cluster.access": access})) == [
        "`cluster.access[1].role` is `Audit`, as entry 1 of the list is: keep one",
        "`cluster.access[3].role` is `audit`, as entry 1 of the list is: keep one",
        "`cluster.access[4].role` is `paved-deploy`, as entry 3 of the list is: keep one",
        "`cluster.access[2].role` is `Paved-deploy`, the deploy role, which has access already",
        "`cluster.access[4].role` is `ops/paved-deploy`, the deploy role, which has access already",
    ]


def test_break_glass_access_is_heard_by_somebody(valid, says):
    access = [{"role": "oncall", "policy": "admin", "break_glass": True}]
    notify = ["security@example.com"]
    heard = {"cluster.access": access, "cluster.break_glass_notify": notify}
    assert says(break_glass_is_heard, valid.foundation(heard)) == []
    assert says(break_glass_is_heard, valid.foundation({**heard, "cluster.break_glass_notify": None})) == [
        "`cluster.break_glass_notify` is required: `oncall` of `cluster.access` is break-glass, and its use pages"
    ]
    (message,) = says(break_glass_is_heard, valid.foundation({**heard, "cluster.access": []}))
    assert message.startswith("`cluster.break_glass_notify` has no effect while no entry")
    (message,) = says(break_glass_is_heard, valid.foundation({**heard, "detection.trail": "off"}))
    assert message.startswith("`detection.trail` must not be `off`: EventBridge hears from a trail alone")


def test_an_anomaly_is_less_than_the_ceiling(valid, says):
    assert says(anomaly_is_below_the_ceiling, valid.foundation()) == []
    assert says(
        anomaly_is_below_the_ceiling, valid.foundation({"guardrails.anomalies.impact_usd": 400000})
    ) == [
        "`guardrails.anomalies.impact_usd` must be less than `monthly_ceiling_usd`, which is 400,000, got 400,000"
    ]
