"""A team's hub with everything around it."""

import kubernetes_validate
import pytest

from components.account import Account, ClusterRef
from components.images import ImageNames
from components.notebooks.notebooks import Notebooks, NotebooksArgs
from paved.render import is_manifest

ACCOUNT = Account(id="444455556666", region="us-east-1", partition="aws")
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"


@pytest.fixture
def plan(plan_program, team):
    def run(**changes):
        usual = {
            "account": ACCOUNT,
            "cluster": ClusterRef(name="dev", arn=ACCOUNT.cluster_arn("dev")),
            "team": "ranking",
            "groups": ["paved:ranking-dev"],
            "workspaces": team(),
            "namespace": "ranking-dev",
            "labels": {"team": "ranking", "paved.dev/stack": "ranking-dev"},
            "home_gib": 20,
            "kubernetes_version": "1.35",
            "vpc_cidr": "10.16.0.0/16",
            "boundary_arn": ACCOUNT.policy_arn("boundary"),
            "endpoints_only": False,
            "chart_version": "4.4.0",
            "image_names": ImageNames(registry=ACCOUNT.ecr_host, upstreams=["quay.io"], region="us-east-1"),
            "protect": True,
        }
        args = NotebooksArgs(**{**usual, **changes})
        return plan_program(lambda: Notebooks("ranking-dev", args))

    return run


def named(plan, kind):
    """The objects of a kind by their namespace and their name."""
    found = {}
    for each in plan.of(kind):
        metadata = each.inputs["metadata"]
        found[metadata.get("namespace"), metadata["name"]] = each
    return found


def test_every_object_is_valid_to_the_letter(plan):
    manifests = [each.inputs for each in plan().resources if is_manifest(each)]
    assert len(manifests) > 20
    for manifest in manifests:
        if manifest["kind"] != "PrometheusRule":
            kubernetes_validate.validate(manifest, "1.35", strict=True)


def test_the_hubs_namespace_is_restricted_and_no_namespace_of_the_team(plan):
    labels = plan().one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert "paved.dev/stack" not in labels


def test_everybody_has_a_home_that_is_protected_and_members_leave_alone(plan):
    homes = {key: each for key, each in named(plan(), CLAIM).items() if key[0] == "ranking-dev"}
    assert {name for _, name in homes} == {"notebook-ada", "notebook-grace"}
    for home in homes.values():
        assert home.protect and home.inputs["metadata"]["labels"]["paved.dev/owned-by"] == "stack"
        assert home.inputs["spec"]["storageClassName"] == "gp3"
        assert home.inputs["spec"]["resources"] == {"requests": {"storage": "20Gi"}}


def test_the_hub_makes_pods_of_the_team_and_nothing_else(plan):
    role = named(plan(), "kubernetes:rbac.authorization.k8s.io/v1:Role")["ranking-dev", "notebook-hub"]
    rights = [(each["resources"], each["verbs"], each.get("resourceNames")) for each in role.inputs["rules"]]
    assert rights == [
        (["pods"], ["get", "list", "watch", "create"], None),
        (["pods"], ["delete"], ["notebook-ada", "notebook-grace"]),
        (["events"], ["get", "list", "watch"], None),
    ]


def test_the_hub_has_its_rights_after_the_policy_that_bounds_them(plan):
    found = plan()
    binding = named(found, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")[
        "ranking-dev", "notebook-hub"
    ]
    bound = found.one("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding")
    assert bound.urn in binding.depends_on


def test_members_forward_a_port_of_the_hub_and_see_no_secret(plan):
    role = named(plan(), "kubernetes:rbac.authorization.k8s.io/v1:Role")["ranking-dev-notebooks", "reach"]
    assert {resource for each in role.inputs["rules"] for resource in each["resources"]} == {
        "pods",
        "pods/portforward",
        "services",
    }


def test_a_hardened_teams_hub_reaches_nothing_outside_of_the_vpc(plan):
    assert ("ranking-dev-notebooks", "allow-to-sign-in") in named(plan(), POLICY)
    assert ("ranking-dev-notebooks", "allow-to-sign-in") not in named(plan(endpoints_only=True), POLICY)
