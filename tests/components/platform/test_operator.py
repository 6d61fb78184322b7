import subprocess
from shutil import which

import pulumi_kubernetes as k8s
import pytest

from components.charts import (
    AWS_LOAD_BALANCER_CONTROLLER,
    CERT_MANAGER,
    CHARTS,
    DCGM_EXPORTER,
    KUBERAY_OPERATOR,
    Chart,
)
from components.platform.operator import Operator, OperatorArgs, location
from reference.vocabulary import DEFINITIONS_ALONE
from tests.image_names import HOST, OWN, PUBLISHED

RELEASE = "kubernetes:helm.sh/v3:Release"


@pytest.fixture
def release(plan_program):
    def plan(chart, *, protect=True, after=lambda: ()):
        def program():
            args = OperatorArgs(
                chart=chart,
                version="1.2.3",
                values={"a": 1},
                image_names=PUBLISHED,
                after=after(),
                protect=protect,
            )
            Operator("operator", args)

        return plan_program(program).one(RELEASE)

    return plan


def test_a_release_is_exact_and_rolls_back(release):
    inputs = release(CERT_MANAGER).inputs
    assert (inputs["name"], inputs["version"]) == ("cert-manager", "1.2.3")
    assert inputs["values"] == {"a": 1, "imageRegistry": "quay.io"}
    assert inputs["atomic"] is True


def test_helm_gives_up_before_pulumi(release):
    planned = release(CERT_MANAGER)
    assert planned.inputs["timeout"] < int(planned.delete_timeout.removesuffix("m")) * 60


def test_namespaces_are_resources_of_their_own(release):
    assert release(CERT_MANAGER).inputs["createNamespace"] is False


def test_helm_makes_no_definitions_of_a_folder_that_it_would_never_upgrade(release):
    for chart in (AWS_LOAD_BALANCER_CONTROLLER, CERT_MANAGER, DCGM_EXPORTER):
        assert release(chart).inputs["skipCrds"] is True


def test_the_definitions_of_a_folder_come_before_the_chart_at_its_version(plan_program):
    args = OperatorArgs(
        chart=KUBERAY_OPERATOR, version="1.7.0", values={"a": 1}, image_names=OWN, protect=True
    )
    plan = plan_program(lambda: Operator("ray", args))
    definitions = plan.one("kubernetes:helm.sh/v4:Chart")
    assert plan.one(RELEASE).depends_on == (definitions.urn,)
    assert (definitions.inputs["chart"], definitions.inputs["version"]) == ("kuberay-operator", "1.7.0")
    assert definitions.inputs["repositoryOpts"] == {"repo": KUBERAY_OPERATOR.source}
    assert definitions.inputs["postRenderer"] == DEFINITIONS_ALONE


def test_images_come_from_the_registry_that_holds_them(plan_program):
    args = OperatorArgs(chart=KUBERAY_OPERATOR, version="1.7.0", values={}, image_names=OWN, protect=True)
    values = plan_program(lambda: Operator("ray", args)).one(RELEASE).inputs["values"]
    assert values == {"image": {"repository": f"{HOST}/upstream/quay.io/kuberay/operator"}}


def test_the_folder_of_every_chart_holds_kinds_that_the_chart_owns():
    assert all(set(chart.folder_crds) <= set(chart.crds) for chart in CHARTS)


RENDERED = """---
# Source: trainer/charts/jobset/crds/jobset.x-k8s.io_jobsets.yaml
kind: CustomResourceDefinition
---
# Source: trainer/templates/crds/trainjobs.yaml
kind: CustomResourceDefinitionOfATemplate
---
# Source: trainer/charts/jobset/templates/deployment.yaml
kind: Deployment
"""


@pytest.mark.skipif(not which("awk"), reason="awk is not installed")
def test_the_filter_keeps_what_comes_from_a_folder_of_definitions():
    command = [DEFINITIONS_ALONE["command"], *DEFINITIONS_ALONE["args"]]
    kept = subprocess.run(command, input=RENDERED, text=True, capture_output=True, check=True).stdout
    assert [line for line in kept.splitlines() if line.startswith("kind")] == [
        "kind: CustomResourceDefinition"
    ]


def test_what_owns_definitions_is_protected(release):
    assert release(CERT_MANAGER).protect
    assert not release(DCGM_EXPORTER).protect
    assert not release(CERT_MANAGER, protect=False).protect


def test_a_release_waits_for_what_comes_before_it(release):
    def before():
        metadata = k8s.meta.v1.ObjectMetaArgs(name="cert-manager")
        return [k8s.core.v1.Namespace("before", metadata=metadata)]

    [urn] = release(CERT_MANAGER, after=before).depends_on
    assert urn.endswith("::before")


def test_an_oci_chart_is_its_own_address():
    assert location(CERT_MANAGER) == (CERT_MANAGER.source, None)


def test_a_chart_of_a_repository_is_looked_up_there():
    chart, repository = location(Chart(name="c", source="https://charts.example.com", namespace="n"))
    assert chart == "c"
    assert repository is not None
    assert repository.repo == "https://charts.example.com"
