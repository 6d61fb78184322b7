import pytest

from stacks.checks.images import (
    images_of_every_team_are_named_once,
    registries_of_others_have_one_way_each,
    repositories_are_named_once,
    shared_images_can_be_pulled,
    shared_repositories_are_named_once,
    shared_repositories_are_no_copies,
    shared_repositories_are_nobodys,
    signatures_can_be_made,
    signers_are_named_once,
)


def test_a_repository_is_named_once(valid, says):
    assert says(repositories_are_named_once, valid.team()) == []
    assert says(repositories_are_named_once, valid.team({"registry": valid.absent})) == []
    assert says(repositories_are_named_once, valid.team({"registry.repositories": ["a", "b", "a"]})) == [
        "`registry.repositories[2]` is `a`, as entry 1 of the list is: keep one"
    ]


def organisation(valid, signers, required):
    return valid.organisation(
        foundation_prod=valid.foundation({"images": {"signers": signers}}),
        platform_prod=valid.platform({"signatures": {"required": required}}),
    )


def test_a_platform_of_signed_images_has_somebody_who_signs(valid, says):
    assert says(signatures_can_be_made, organisation(valid, [], True)) == [
        "foundation-prod: `images.signers` must name a role of CI: on `platform-prod` only signed images "
        "run, and nobody could sign one"
    ]


def test_signers_suffice(valid, says):
    assert says(signatures_can_be_made, organisation(valid, ["ci"], True)) == []


def test_nobody_signs_where_nothing_asks_for_it(valid, says):
    assert says(signatures_can_be_made, organisation(valid, [], False)) == []


def test_a_signer_stands_once(valid, says):
    assert len(says(signers_are_named_once, valid.foundation({"images": {"signers": ["ci", "ci"]}}))) == 1
    assert says(signers_are_named_once, valid.foundation({"images": {"signers": ["ci", "cd"]}})) == []


OWN = "111122223333.dkr.ecr.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("image", "pulled"),
    [
        (f"{OWN}/shared/cuda:", True),
        (f"{OWN}/shared/", True),
        (f"{OWN}/vision-prod/", False),
        (f"{OWN.replace('us-east-1', 'us-west-2')}/shared/", False),
        ("nvcr.io/nvidia/", True),
        (OWN.replace("1111", "9999") + "/base/", True),
    ],
)
def test_an_image_that_all_teams_run_can_be_pulled(valid, says, image, pulled):
    organisation = valid.organisation(
        foundation_prod=valid.foundation({"images": {"shared": ["shared/"]}}),
        platform_prod=valid.platform({"tenancy.images": [image]}),
    )
    problem = (
        f"platform-prod: `tenancy.images[0]` is `{image}`, which no node may pull: a repository of this account "
        "that all teams run has a prefix of `images.shared` of `foundation-prod`, and is in its region"
    )
    assert says(shared_images_can_be_pulled, organisation) == ([] if pulled else [problem])


def test_shared_repositories_stand_once(valid, says):
    twice = valid.foundation({"images": {"shared": ["shared/", "shared/"]}})
    assert len(says(shared_repositories_are_named_once, twice)) == 1


@pytest.mark.parametrize("prefix", ["vision-prod/", "vision-prod/base/"])
def test_a_teams_repositories_are_shared_with_nobody(valid, says, prefix):
    foundation = valid.foundation({"images": {"shared": ["shared/", prefix]}})
    assert says(shared_repositories_are_nobodys, valid.organisation(foundation_prod=foundation)) == [
        f"foundation-prod: `images.shared[1]` is `{prefix}`, which holds repositories of `vision-prod`: every node "
        "would pull them"
    ]


def test_a_prefix_of_every_teams_images_is_named_once(valid, says):
    twice = valid.platform({"tenancy.images": ["nvcr.io/nvidia/", "quay.io/", "nvcr.io/nvidia/"]})
    [problem] = says(images_of_every_team_are_named_once, twice)
    assert problem.startswith("`tenancy.images[2]` is `nvcr.io/nvidia/`, as entry 1")


LOGIN = {"registry": "docker.io", "secret_name": "docker-hub-x7Kq2M"}


def of_others(valid, level="hardened", **images):
    return valid.foundation({"security": level, "images": images})


def test_a_registry_of_others_has_one_way_in(valid, says):
    check = registries_of_others_have_one_way_each
    assert says(check, of_others(valid, logins=[LOGIN], mirror=["nvcr.io"])) == []
    assert says(check, of_others(valid, logins=[LOGIN], mirror=["docker.io"])) == [
        "`images.mirror[0]` is `docker.io`, which `images.logins` lets ECR pull through: take it out of one of them"
    ]
    assert len(says(check, of_others(valid, logins=[LOGIN, LOGIN]))) == 1
    assert len(says(check, of_others(valid, mirror=["nvcr.io", "nvcr.io"]))) == 1


def test_the_folder_of_logins_is_no_part_of_a_secrets_name(valid, says):
    whole = {**LOGIN, "secret_name": "ecr-pullthroughcache/docker-hub-x7Kq2M"}
    [problem] = says(registries_of_others_have_one_way_each, of_others(valid, logins=[whole]))
    assert problem.startswith("`images.logins[0].secret_name` must leave out `ecr-pullthroughcache/`")


def test_ways_in_that_are_switched_off_are_told(valid, says):
    off = of_others(valid, "standard", logins=[LOGIN], mirror=["nvcr.io"])
    assert says(registries_of_others_have_one_way_each, off) == [
        f"`images.{key}` has no effect: `images.cache` is `off` at `security: standard`; set it to `own`"
        for key in ("logins", "mirror")
    ]
    on = of_others(valid, "standard", cache="own", logins=[LOGIN], mirror=["nvcr.io"])
    assert says(registries_of_others_have_one_way_each, on) == []


def test_copies_of_others_images_are_no_shared_repositories(valid, says):
    found = says(
        shared_repositories_are_no_copies, of_others(valid, shared=["shared/", "upstream/docker.io/"])
    )
    assert found == [
        "`images.shared[1]` is `upstream/docker.io/`: below `upstream/` are images of others, which `images.cache` and "
        "`mirror` decide"
    ]
