"""The recorded notebooks that a cluster is tried with are those that the sample's values lead to."""

import json

from reference.vocabulary import HELM_RELEASE
from tests.live.notebooks import RECORDED, TEAM


def test_the_recorded_notebooks_are_those_of_the_sample(planner):
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    values = planner.plan(TEAM).one(HELM_RELEASE).inputs["values"]["singleuser"]
    sizes = {each["slug"]: each["kubespawner_override"] for each in values["profileList"]}
    assert {*recorded} == {*sizes}
    for size, pod in recorded.items():
        [container], wanted = pod["spec"]["containers"], sizes[size]
        assert container["image"] == f"{values['image']['name']}:{values['image']['tag']}"
        assert container["args"] == [values["cmd"]]
        assert container["resources"]["requests"]["cpu"] == wanted["cpu_guarantee"]
        assert f"{container['resources']['limits']['memory'] // 2**30}G" == wanted["mem_limit"]
        assert wanted["extra_resource_limits"].items() <= container["resources"]["limits"].items()
        assert pod["spec"]["nodeSelector"] == wanted["node_selector"]
        assert pod["spec"].get("tolerations", []) == wanted["tolerations"]
        labels = {key: value.format(username="ada") for key, value in wanted["extra_labels"].items()}
        assert labels.items() <= pod["metadata"]["labels"].items()
        assert pod["spec"]["activeDeadlineSeconds"] == values["extraPodConfig"]["activeDeadlineSeconds"]
