"""The rule of charts' values: images of the release, and nothing that weakens what the platform sets."""

from collections.abc import Iterator, Mapping

from policies.charts import Setting, is_image_of, is_version_of, settings_of, weakens
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth
from reference.chart_images import images_of
from reference.charts import CHART_SOURCES
from reference.releases import chart_name
from reference.vocabulary import HELM_RELEASE

SET: Mapping[str, Mapping[str, bool]] = {
    "jupyterhub": {"rbac.create": False},
    "keda": {
        "permissions.metricServer.restrict.secret": True,
        "permissions.operator.restrict.secret": True,
        "rbac.enabledCustomScaledRefKinds": False,
    },
    "kserve-resources": {"kserve.security.autoMountServiceAccountToken": False},
}
"""Per chart: what it would give away by default, and what the platform sets instead."""


def _values(release: Resource, stack: JudgedStack) -> Iterator[Claim]:
    chart = chart_name(release.at("chart").text())
    values = release.at("values")
    if not values.is_known:
        yield claim(Truth.UNSURE, "`values` is known only after `up`")
        return
    for path, wanted in SET.get(chart, {}).items():
        given = values.at(path)
        yield claim(given.equals(wanted), f"`{given.path}` is not {str(wanted).lower()}")
    rows = {values.at(".".join(row.value)).path: row for row in images_of(chart)}
    for setting in settings_of(values):
        path = setting.value.path
        if path in rows or setting.is_image:
            fits = is_image_of(setting.value, rows.get(path), chart, stack.context)
            yield claim(fits, f"`{path}` is no image of the release, nor of the account's own registry")
        elif setting.is_version:
            fits = is_version_of(setting.value)
            yield claim(fits, f"`{path}` is neither a digest nor a version that a release names")
        yield from _weak(setting, chart)


def _weak(setting: Setting, chart: str) -> Iterator[Claim]:
    weak = weakens(setting, chart)
    if weak is not None:
        yield claim(~weak, f"`{setting.value.path}` gives what the chart starts more than the platform does")


def addressed(release: Resource) -> Iterator[Claim]:
    """Claim that a chart comes from its own address, whole and without options by which it could change."""
    chart, repository = release.at("chart"), release.at("repositoryOpts.repo")
    source = CHART_SOURCES.get(chart_name(chart.text()), "")
    if source.startswith("oci://"):
        own = chart.equals(source) & repository.is_absent
    else:
        own = repository.test(lambda raw: str(raw).rstrip("/") == source.rstrip("/"))
        own = own & chart.test(lambda raw: "/" not in raw) & bool(source)
    yield claim(own, "`chart` and `repositoryOpts.repo` are not the address of the chart")
    for key, option in release.at("repositoryOpts").entries():
        if key != "repo":
            yield claim(option.is_absent, f"`{option.path}` is no option of the platform's charts")


RULES = (
    Rule(
        id="K8-20",
        name="chart-values",
        title="A chart starts the images of the release, with no more rights than the platform gives it",
        why="Values name images and security contexts of pods that no other rule sees.",
        fix="Leave the values to the components; an image of yours goes into the account's registry first.",
        cluster="only the plan: what a chart's values are, no API server sees",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CM-7", "SR-3"),
        kinds=(HELM_RELEASE,),
        check=_values,
        note="A value is an image by its key or by the registry that it begins with. What a chart makes of values that "
        "name no image and no right is not judged.",
    ),
)
