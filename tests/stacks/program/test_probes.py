from reference.vocabulary import HELM_RELEASE

PROBE = "kubernetes:monitoring.coreos.com/v1:Probe"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"


def names(plan, kind):
    return {each.inputs["metadata"]["name"] for each in plan.of(kind)}


def test_a_platform_runs_the_prober_where_its_file_asks_for_it(plan_stack):
    charts = {
        name: {each.inputs["name"] for each in plan_stack(name).of(HELM_RELEASE)}
        for name in ("platform-prod", "platform-risk")
    }
    assert "prometheus-blackbox-exporter" in charts["platform-prod"]
    assert "prometheus-blackbox-exporter" not in charts["platform-risk"]


def test_a_team_is_asked_where_an_endpoint_promises_to_answer(plan_stack):
    asked, other = plan_stack("vision-prod"), plan_stack("ranking-dev")
    assert names(asked, PROBE) == {"defect-detector"}
    assert "allow-from-prober" in names(asked, POLICY)
    assert not other.of(PROBE)
    assert "allow-from-prober" not in names(other, POLICY)


def test_the_probe_asks_the_address_that_the_stack_has_for_its_callers(plan_stack):
    plan = plan_stack("vision-prod")
    [target] = plan.one(PROBE).inputs["spec"]["targets"]["staticConfig"]["static"]
    assert target == "http://defect-detector-predictor.vision-prod.svc.cluster.local/v2/health/ready"
