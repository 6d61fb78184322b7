"""The sample promotion: what it promotes, as whom, and by which script."""

from components.promotion.models import REFUSED, checked
from components.promotion.promotion import SCRIPT
from paved.samples import promotion


def test_where_nobody_may_promote_there_is_no_promotion(made, planner):
    assert planner.config("ranking-dev").stack.serving.endpoints
    assert not made("ranking-dev").promotions()


def test_every_endpoint_has_the_promotion_of_what_it_loads(made, planner):
    stack = "vision-prod"
    promotions = made(stack).promotions()
    endpoints = planner.config(stack).stack.serving.endpoints
    assert sorted(promotions) == sorted(f"samples/promote-{each.name}.yaml" for each in endpoints)
    for endpoint in endpoints:
        [container] = promotions[f"samples/promote-{endpoint.name}.yaml"]["spec"]["template"]["spec"][
            "containers"
        ]
        assert container["command"][-2:] == ["promote", checked(endpoint.model.path)]
        bucket = planner.plan(stack).outputs["buckets"]["models"]
        assert {"name": "PAVED_MODELS", "value": bucket} in container["env"]


def test_a_promotion_runs_as_the_promoter_on_general_nodes_and_in_no_queue(made):
    for job in made("vision-prod").promotions().values():
        spec = job["spec"]["template"]["spec"]
        assert (spec["serviceAccountName"], spec["nodeSelector"]) == (
            "promoter",
            {"paved.dev/pool": "general"},
        )
        assert not {label for label in job["metadata"]["labels"] if label.startswith("kueue.x-k8s.io/")}
        assert "tolerations" not in spec


def test_it_runs_the_script_that_the_stack_mounts(made, planner):
    [job] = made("vision-prod").promotions().values()
    spec = job["spec"]["template"]["spec"]
    [container] = spec["containers"]
    [mount], [volume] = container["volumeMounts"], spec["volumes"]
    scripts = {
        each.inputs["metadata"]["name"]: each.inputs["data"]
        for each in planner.plan("vision-prod").of("kubernetes:core/v1:ConfigMap")
    }
    assert container["command"][1] == f"{mount['mountPath']}/{SCRIPT}"
    assert SCRIPT in scripts[volume["configMap"]["name"]]


def test_a_refusal_is_not_tried_again(made):
    [job] = made("vision-prod").promotions().values()
    [rule] = job["spec"]["podFailurePolicy"]["rules"]
    assert (rule["action"], rule["onExitCodes"]["values"]) == ("FailJob", [REFUSED])
    assert promotion.REFUSED == REFUSED


def test_no_promotion_has_a_name_that_admission_keeps_for_others(made):
    name = promotion.promotion_job(made("vision-prod").facts, "a-predictor", "a/1")["metadata"]["name"]
    assert not name.endswith("-predictor") and not name.startswith("retrain-")
