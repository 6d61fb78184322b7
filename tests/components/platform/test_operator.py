import pulumi_kubernetes as k8s
import pytest

from components.charts import CERT_MANAGER, DCGM_EXPORTER, Chart
from components.platform.operator import Operator, OperatorArgs, location

RELEASE = "kubernetes:helm.sh/v3:Release"


@pytest.fixture
def release(plan_program):
    def plan(chart, *, protect=True, after=lambda: ()):
        def program():
            args = OperatorArgs(chart=chart, version="1.2.3", values={"a": 1}, after=after(), protect=protect)
            Operator("operator", args)

        return plan_program(program).one(RELEASE)

    return plan


def test_a_release_is_exact_and_rolls_back(release):
    inputs = release(CERT_MANAGER).inputs
    assert (inputs["name"], inputs["version"]) == ("cert-manager", "1.2.3")
    assert inputs["values"] == {"a": 1}
    assert inputs["atomic"] is True


def test_helm_gives_up_before_pulumi(release):
    planned = release(CERT_MANAGER)
    assert planned.inputs["timeout"] < int(planned.delete_timeout.removesuffix("m")) * 60


def test_namespaces_are_resources_of_their_own(release):
    assert release(CERT_MANAGER).inputs["createNamespace"] is False


def test_a_chart_that_owns_no_definitions_installs_none(release):
    assert release(CERT_MANAGER).inputs["skipCrds"] is False
    assert release(DCGM_EXPORTER).inputs["skipCrds"] is True


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
