"""What sample jobs say of themselves, and where they record their runs."""

import pytest

DIGEST = "sha256:" + "7d1a6f0c" * 8


@pytest.fixture
def everywhere(made):
    """Metadata of the jobs of a stack and of their pods, where these are written out."""

    def find(stack, image="registry.example.com/train:1"):
        for job in made(stack, image).jobs().values():
            yield job["metadata"]
            if job["kind"] == "Job":
                yield job["spec"]["template"]["metadata"]

    return find


def test_a_job_and_its_pods_say_by_which_configuration_and_image_they_run(everywhere):
    for metadata in everywhere("risk-prod", f"registry.example.com/train@{DIGEST}"):
        labels, annotations = metadata["labels"], metadata["annotations"]
        assert labels["paved.dev/image-digest"] == DIGEST.removeprefix("sha256:")[:40]
        assert annotations["paved.dev/image"] == f"registry.example.com/train@{DIGEST}"
        assert (
            annotations["paved.dev/config-digest"]
            .removeprefix("sha256:")
            .startswith(labels["paved.dev/config-digest"])
        )


def test_an_image_named_by_a_tag_has_no_digest_to_tell(everywhere):
    for metadata in everywhere("risk-prod"):
        assert "paved.dev/image-digest" not in metadata["labels"]
        assert metadata["annotations"]["paved.dev/image"] == "registry.example.com/train:1"


def test_the_digest_is_that_of_the_teams_own_file(made):
    digests = {
        stack: made(stack).facts.annotations["paved.dev/config-digest"]
        for stack in ("risk-prod", "vision-prod")
    }
    assert len(set(digests.values())) == 2
    assert (
        made("risk-prod", "registry.example.com/other:2").facts.annotations["paved.dev/config-digest"]
        == digests["risk-prod"]
    )


def test_a_program_is_told_where_its_team_records_runs(made, planner):
    [config] = [
        each.inputs
        for each in planner.plan("vision-prod").of("kubernetes:core/v1:ConfigMap")
        if each.inputs["metadata"]["name"] == "tracking"
    ]
    variable = {
        "name": "MLFLOW_TRACKING_URI",
        "valueFrom": {"configMapKeyRef": {"name": "tracking", "key": "MLFLOW_TRACKING_URI"}},
    }
    assert "MLFLOW_TRACKING_URI" in config["data"]
    jobs = made("vision-prod").jobs()
    assert variable in jobs["samples/train-h100.yaml"]["spec"]["trainer"]["env"]
    head = jobs["samples/sweep-l40s.yaml"]["spec"]["rayClusterSpec"]["headGroupSpec"]["template"]["spec"]
    assert variable in head["containers"][0]["env"]
    assert (
        variable
        in made("risk-prod").jobs()["samples/train-a10g.yaml"]["spec"]["template"]["spec"]["containers"][0][
            "env"
        ]
    )


def test_a_team_without_tracking_has_no_such_variable(made):
    assert "MLFLOW" not in str(list(made("ranking-dev").jobs().values()))
