from stacks.checks.platform import (
    classes_are_listed_once,
    families_are_known,
    keda_has_an_identity_where_it_is_installed,
)


def test_classes_are_listed_once(valid, says):
    assert says(classes_are_listed_once, valid.platform()) == []
    changes = {
        "queues.capacity.1.accelerator": "h100",
        "queues.frameworks": ["ray", "ray"],
        "tenancy.data_classes": ["public", "public"],
    }
    assert says(classes_are_listed_once, valid.platform(changes)) == [
        "`queues.capacity[1].accelerator` is `h100`, as entry 1 of the list is: keep one",
        "`tenancy.data_classes[1]` is `public`, as entry 1 of the list is: keep one",
        "`queues.frameworks[1]` is `ray`, as entry 1 of the list is: keep one",
    ]


def test_general_nodes_are_of_known_x86_families(valid, says):
    assert says(families_are_known, valid.platform()) == []
    families = ["m7i", "m7g", "g5", "m8", "m7i"]
    assert says(families_are_known, valid.platform({"nodes.instance_families": families})) == [
        "`nodes.instance_families[4]` is `m7i`, as entry 1 of the list is: keep one",
        "`nodes.instance_families[1]` is `m7g`, which is not a known x86 family without GPUs; did you mean `m7i`?",
        "`nodes.instance_families[2]` is `g5`, which is not a known x86 family without GPUs",
        "`nodes.instance_families[3]` is `m8`, which is not a known x86 family without GPUs",
    ]


def test_general_nodes_are_offered_in_the_region(valid, says):
    changes = {"nodes.instance_families": ["c7i"], "account.region": "me-south-1"}
    assert says(families_are_known, valid.platform(changes)) == [
        "`nodes.instance_families[0]` is `c7i`, which me-south-1 does not offer: it is offered in me-central-1, "
        "af-south-1, ap-east-1, ap-northeast-1, ap-northeast-2, ap-northeast-3, ap-south-1, ap-south-2 and 20 more"
    ]


def test_keda_is_installed_where_it_has_an_identity_and_nowhere_else(valid, says):
    without = {"events": valid.absent}
    check = keda_has_an_identity_where_it_is_installed
    assert says(check, valid.organisation()) == []
    assert says(check, valid.organisation(foundation_prod=valid.foundation(without))) == [
        "foundation-prod: `events.keda` must be true: KEDA of `platform-prod` could not ask how many events wait"
    ]
    assert says(check, valid.organisation(platform_prod=valid.platform(without))) == [
        "foundation-prod: `events.keda` must be false, or true in `platform-prod` too: no controller there has this "
        "identity"
    ]
