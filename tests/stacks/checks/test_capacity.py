import pytest

from stacks.checks.capacity import (
    a_replica_fits_a_general_node,
    classes_are_on_the_platform,
    general_nodes_hold_the_endpoints,
    pinned_zones_are_the_foundations,
    quotas_stay_within_capacity,
    tier_1_has_two_zones,
    types_are_offered_in_the_zones,
)
from tests.stacks.checks.registered import checks_of


@pytest.mark.parametrize("check", checks_of("capacity"))
def test_good_stacks_pass(valid, says, check):
    assert says(check, valid.organisation()) == []


def test_a_class_has_a_flavor_on_the_platform(valid, says):
    platform = valid.platform(
        {"queues.capacity": [{"accelerator": "l40s", "gpus": 16}, {"accelerator": "l4", "gpus": 1}]}
    )
    assert says(classes_are_on_the_platform, valid.organisation(platform_prod=platform)) == [
        "vision-prod: `training.pools[0].instance_types` is of class `h100`: `platform-prod` has `l4` or `l40s`"
    ]


def test_promises_add_up_to_no_more_than_the_capacity(valid, says):
    search = valid.team({"owner.team": "search", "training.quota": [{"pool": "h100", "gpus": 8}]})
    assert says(quotas_stay_within_capacity, valid.organisation(search_prod=search)) == [
        "platform-prod: `queues.capacity[0].gpus` must cover the 40 `h100` of the teams' quotas and endpoints "
        "(search-prod 8, vision-prod 32), got 32"
    ]
    enough = valid.platform({"queues.capacity.0.gpus": 40})
    assert (
        says(quotas_stay_within_capacity, valid.organisation(search_prod=search, platform_prod=enough)) == []
    )


def test_quotas_and_endpoints_of_a_class_add_up(valid, says):
    """Those of two pools, with eight replicas and one more in a rollout."""
    changes = {"training.pools.1.instance_types": ["p5.4xlarge"], "training.quota.1.gpus": 1}
    assert says(quotas_stay_within_capacity, valid.organisation(vision_prod=valid.team(changes))) == [
        "platform-prod: `queues.capacity[0].gpus` must cover the 42 `h100` of the teams' quotas and endpoints "
        "(vision-prod 42), got 32"
    ]


def test_general_nodes_hold_the_endpoints_of_all_teams(valid, says):
    """Nine replicas of each of two teams. A node of 32 vCPUs has disk for two, one of 16 room for one."""
    changes = {"serving.endpoints.0.resources": {"cpu": 8, "memory_gib": 16}}
    teams = {
        "vision_prod": valid.team(changes),
        "search_prod": valid.team({"owner.team": "search", **changes}),
    }
    enough = valid.organisation(platform_prod=valid.platform({"nodes.max_vcpus": 288}), **teams)
    assert says(general_nodes_hold_the_endpoints, enough) == []
    fewer = valid.organisation(platform_prod=valid.platform({"nodes.max_vcpus": 287}), **teams)
    assert says(general_nodes_hold_the_endpoints, fewer) == [
        "platform-prod: `nodes.max_vcpus` must hold the 288 vCPUs of the nodes that the teams' endpoints without GPUs "
        "fill at their most in a rollout (search-prod 144, vision-prod 144), got 287"
    ]


def test_general_nodes_hold_the_memory_of_endpoints(valid, says):
    """Nine replicas, each alone on 96 GiB: on 64, it would find 57."""
    team = valid.team({"serving.endpoints.0.resources": {"cpu": 1, "memory_gib": 64}})
    fewer = valid.platform({"nodes.max_memory_gib": 863, "nodes.max_vcpus": 1000})
    organisation = valid.organisation(platform_prod=fewer, vision_prod=team)
    assert says(general_nodes_hold_the_endpoints, organisation) == [
        "platform-prod: `nodes.max_memory_gib` must hold the 864 GiB of the nodes that the teams' endpoints without "
        "GPUs fill at their most in a rollout (vision-prod 864), got 863"
    ]


def test_larger_disks_hold_more_endpoints(valid, says):
    """With room for eleven on a node, whose CPUs come to a little more than theirs."""
    team = valid.team({"serving.endpoints.0.resources": {"cpu": 8, "memory_gib": 16}})
    platform = valid.platform({"nodes.max_vcpus": 79, "nodes.disk_gib": 400})
    assert (
        says(general_nodes_hold_the_endpoints, valid.organisation(platform_prod=platform, vision_prod=team))
        == []
    )


def test_a_type_is_offered_in_a_zone_of_the_foundation(valid, says):
    organisation = valid.organisation(
        foundation_prod=valid.foundation({"network.zones": ["use1-az1", "use1-az2", "use1-az5"]}),
        vision_prod=valid.team({"training.pools.0.instance_types": ["p6-b200.48xlarge"]}),
    )
    (message,) = says(types_are_offered_in_the_zones, organisation)
    assert message.startswith(
        "vision-prod: `training.pools[0].instance_types[0]` is p6-b200.48xlarge, offered in use1-az"
    )
    assert message.endswith("and in no zone of `foundation-prod` (use1-az1, use1-az2, use1-az5)")


def test_tier_1_has_two_zones(valid, says):
    foundation = valid.foundation({"network.zones": ["use1-az1", "use1-az5", "use1-az3"]})
    (message,) = says(tier_1_has_two_zones, valid.organisation(foundation_prod=foundation))
    assert message == (
        "vision-prod: `serving.endpoints[0].resources.pool` is `l40s`, offered in 1 zone of `foundation-prod`: "
        "tier 1 needs 2"
    )
    tier_2 = valid.team({"serving.endpoints.0.tier": 2})
    assert (
        says(tier_1_has_two_zones, valid.organisation(foundation_prod=foundation, vision_prod=tier_2)) == []
    )


def test_tier_1_is_not_in_one_zone_alone(valid, says):
    team = valid.team({"training.pools.1.zone": "use1-az4"})
    assert says(tier_1_has_two_zones, valid.organisation(vision_prod=team)) == [
        "vision-prod: `serving.endpoints[0].resources.pool` is `l40s`, all of it in use1-az4: tier 1 needs 2 zones"
    ]


def test_a_pool_is_pinned_to_a_zone_of_the_foundation(valid, says):
    team = valid.team({"training.pools.0.zone": "use1-az5"})
    assert says(pinned_zones_are_the_foundations, valid.organisation(vision_prod=team)) == [
        "vision-prod: `training.pools[0].zone` must be a zone of `foundation-prod`, `use1-az2`, `use1-az4` or "
        "`use1-az6`, got use1-az5"
    ]


def test_two_zones_are_enough_for_tier_1(valid, says):
    foundation = valid.foundation({"network.zones": ["use1-az1", "use1-az2", "use1-az5"]})
    assert says(tier_1_has_two_zones, valid.organisation(foundation_prod=foundation)) == []


def test_an_endpoint_without_gpus_fits_a_general_node(valid, says):
    resources = "serving.endpoints.0.resources"
    platform = valid.platform({"nodes.instance_families": ["m7i"]})
    for cpu, messages in (
        (191, []),
        (
            192,
            [
                "vision-prod: `serving.endpoints[0].resources` must fit one node of `platform-prod`'s general nodes: "
                "the largest, m7i.48xlarge, leaves 191 vCPUs, 691 GiB and 75 GiB of disk, got 192 vCPUs, 8 GiB and "
                "18 GiB of disk"
            ],
        ),
    ):
        team = valid.team({resources: {"cpu": cpu, "memory_gib": 8}})
        organisation = valid.organisation(platform_prod=platform, vision_prod=team)
        assert says(a_replica_fits_a_general_node, organisation) == messages


def test_a_general_node_has_disk_for_what_an_endpoint_loads(valid, says):
    """Seventy GiB of memory may load as much, and ten are for logs."""
    team = valid.team({"serving.endpoints.0.resources": {"cpu": 4, "memory_gib": 70}})
    [message] = says(a_replica_fits_a_general_node, valid.organisation(vision_prod=team))
    assert message.endswith("and 75 GiB of disk, got 4 vCPUs, 70 GiB and 80 GiB of disk")
    larger = valid.platform({"nodes.disk_gib": 107})
    assert (
        says(a_replica_fits_a_general_node, valid.organisation(platform_prod=larger, vision_prod=team)) == []
    )
