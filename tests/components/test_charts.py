import re
from itertools import chain

import pytest

from components.charts import CHARTS, KARPENTER_CRD, KUEUE, owner

KINDS = list(chain.from_iterable(chart.crds for chart in CHARTS))


def test_a_chart_is_listed_once():
    names = [chart.name for chart in CHARTS]
    assert names == sorted(set(names))


def test_a_kind_belongs_to_one_chart():
    assert len(KINDS) == len(set(KINDS))


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_chart_comes_over_tls(chart):
    assert chart.source.startswith(("https://", "oci://"))


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_an_oci_address_ends_in_the_charts_own_name(chart):
    if chart.source.startswith("oci://"):
        assert chart.source.rsplit("/", 1)[1] == chart.name


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_written_with_its_group(kind):
    assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+/[A-Z][A-Za-z0-9]+", kind)


def test_the_owner_of_a_kind_is_found_whatever_its_version():
    assert owner("karpenter.sh/v1", "NodePool") is KARPENTER_CRD
    assert owner("kueue.x-k8s.io/v1beta2", "ResourceFlavor") is KUEUE


def test_a_kind_without_an_owner_is_refused():
    with pytest.raises(KeyError):
        owner("batch.volcano.sh/v1alpha1", "Job")
