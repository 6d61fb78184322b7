from pathlib import Path

from reference.releases import releases as rows
from tests.live.install import OPERATORS, command, hurried, manager_configuration, releases


def test_operators_are_those_of_the_release_matrix():
    charts = rows()[-1].charts
    assert {name: release["version"] for name, release in releases().items()} == {
        name: charts[name] for name in OPERATORS
    }


def test_a_chart_comes_from_where_the_plan_takes_it():
    for release in releases().values():
        told = command(release, Path("values.yaml"))
        assert told[told.index("--version") + 1] == release["version"]
        assert ("--repo" in told) == (not release["chart"].startswith("oci://"))


def test_a_hurried_queue_differs_in_seconds_alone():
    planned = releases()["kueue"]
    differs = manager_configuration(hurried(planned))
    assert differs["waitForPodsReady"]["timeout"] == "5s"
    differs["waitForPodsReady"] = manager_configuration(planned)["waitForPodsReady"]
    assert differs == manager_configuration(planned)
