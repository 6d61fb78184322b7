"""Each node pulls what its pods may run, and no image of another team."""

import pytest

from components.account import Account
from components.cluster.node_roles import (
    SharedImages,
    node_role,
    team_node_role_name,
    team_node_role_names,
    team_repositories,
)
from tests.iam import Request, decides, like

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
PULLS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


FIRST_PULL = (*PULLS, "ecr:BatchImportUpstreamImage", "ecr:CreateRepository", "ecr:TagResource")
SHARED = SharedImages(
    prefixes=["shared/"], cached=["quay.io/kuberay/operator"], mirrored=["nvcr.io/nvidia/tritonserver"]
)
NOTHING = SharedImages(prefixes=())


def pulls(repositories, repository, owner=ACCOUNT.id, region="us-east-1", shared=SHARED, actions=PULLS):
    document = node_role(ACCOUNT, "node", "Nodes", shared, repositories).inline["images"]
    arn = f"arn:aws:ecr:{region}:{owner}:repository/{repository}"
    context = {"aws:resourceaccount": (owner,)}
    found = {decides(document, Request(action=each, resource=arn, context=context)) for each in actions}
    return found == {"allow"}


VISION = team_repositories("vision", "prod")


def test_the_first_node_brings_in_the_images_of_charts_and_no_others():
    assert pulls([], "upstream/quay.io/kuberay/operator", actions=FIRST_PULL)
    assert pulls([], "upstream/nvcr.io/nvidia/tritonserver")
    for other in ("upstream/quay.io/anybody/tool", "upstream/docker.io/library/alpine", "upstream/quay.io"):
        assert not any(pulls([], other, actions=[action]) for action in FIRST_PULL)
    for own in ("vision-prod/finetune", "shared/cuda", "upstream/nvcr.io/nvidia/tritonserver"):
        assert not pulls(VISION, own, actions=["ecr:CreateRepository"])


def test_a_teams_nodes_pull_its_own_images_and_shared_ones():
    assert pulls(VISION, "vision-prod/finetune")
    assert pulls(VISION, "shared/cuda")


@pytest.mark.parametrize(
    "repository",
    [
        "ranking-prod/ranker",
        "vision-dev/finetune",
        "vision-prod2/finetune",
        "computer-vision-prod/a",
        "shared",
    ],
)
def test_a_teams_nodes_pull_no_image_of_another(repository):
    assert not pulls(VISION, repository)


def test_nodes_of_all_teams_pull_the_images_of_their_environment():
    everybody = team_repositories("*", "prod")
    assert pulls(everybody, "vision-prod/finetune") and pulls(everybody, "ranking-prod/ranker")
    assert not pulls(everybody, "ranking-dev/ranker") and not pulls(everybody, "payroll/reports")


def test_nodes_pull_add_ons_from_the_accounts_of_aws():
    assert pulls([], "eks/coredns", owner="602401143452", region="us-west-2")


def test_system_nodes_pull_nothing_of_a_team():
    assert not pulls([], "vision-prod/finetune")


def test_an_owner_that_is_not_told_is_not_another_account():
    document = node_role(ACCOUNT, "node", "Nodes", NOTHING).inline["images"]
    arn = "arn:aws:ecr:us-east-1:111122223333:repository/vision-prod/finetune"
    assert decides(document, Request(action=PULLS[0], resource=arn)) == "nothing"


def test_no_policy_of_aws_opens_every_repository():
    role = node_role(ACCOUNT, "node", "Nodes", NOTHING, VISION)
    assert not [arn for arn in role.managed.values() if "ContainerRegistry" in arn]


@pytest.mark.parametrize("stack", ["foundation-prod", "f" * 40])
def test_the_roles_of_teams_nodes_are_told_by_their_names(stack):
    request = Request(action="iam:PassRole", resource="")
    names = [team_node_role_name(stack, team) for team in ("a", "vision", "t" * 30)]
    assert all(len(name) <= 64 and like(name, team_node_role_names(stack), request) for name in names)
    for other in (f"paved-{stack}-system-node", f"paved-{stack}-node-a", f"paved-{stack}2.node-a"):
        assert not like(other, team_node_role_names(stack), request)
