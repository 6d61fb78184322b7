"""An endpoint whose requests are logged gets an agent of the real KServe's, which callers and collectors let in."""

import copy
from collections.abc import Iterator

import pytest

from reference.inference_log import (
    COLLECTOR,
    EVENTS_PORT,
    INFERENCE_LOG_LABEL,
    LOG_COLLECTOR,
    LOGGED_ENDPOINT,
    VERSION_ANNOTATION,
    events_url,
)
from reference.model_servers import AGENT_LIMIT_GIB, AGENT_MIB, AGENT_MILLICPUS, AGENT_PORT, HTTP_PORT
from reference.vocabulary import calls_label
from tests.live.cluster import Manifest
from tests.live.conftest import DEVELOPMENT, Deployed
from tests.live.jobs import NOWHERE, messages
from tests.live.ready import controllers
from tests.live.serving import (
    Served,
    bring_another_model,
    exceeded,
    made,
    named,
    roll_out,
    with_predictor,
)

pytestmark = DEVELOPMENT


@pytest.fixture(scope="module")
def logged(deployment: Deployed) -> Iterator[Served]:
    """A logged endpoint at its least replicas, beside the collectors of its log."""
    if "kserve" not in controllers(deployment.cluster):
        pytest.skip("the cluster does not run kserve")
    teams = deployment.teams.values()
    [service] = [each for team in teams for each in team.of("InferenceService") if has_logger(each)]
    found = Served(deployment, service)
    collectors = named(found.of("Deployment"), COLLECTOR)
    found.cluster.apply([collectors, found.beside("PodDisruptionBudget"), found.service])
    found.await_replicas(found.predictor["minReplicas"])
    replicas = collectors["spec"]["replicas"]
    found.cluster.wait("collectors to run", lambda: len(running(pods_of_log(found))) == replicas)
    yield found
    found.cluster.delete("inferenceservice", found.name, "-n", found.namespace)
    found.cluster.delete("deployment", COLLECTOR, "-n", found.namespace)
    found.cluster.wait("pods to be gone", lambda: not found.pods() and not pods_of_log(found))


def has_logger(service: Manifest) -> bool:
    """Whether what an endpoint is asked is sent somewhere."""
    return "logger" in service["spec"]["predictor"]


def pods_of_log(each: Served) -> list[Manifest]:
    """The pods that collect."""
    return each.cluster.items("pods", "-n", each.namespace, "-l", f"{INFERENCE_LOG_LABEL}={LOG_COLLECTOR}")


def running(pods: list[Manifest]) -> list[Manifest]:
    """Those of some pods that run."""
    return [each for each in pods if each["status"].get("phase") == "Running"]


def agent_of(pod: Manifest) -> Manifest | None:
    """The agent of a pod, if it has one."""
    found: dict[str, Manifest] = {each["name"]: each for each in pod["spec"]["containers"]}
    return found.get("agent")


def agents(each: Served) -> list[Manifest]:
    """The agents of an endpoint's pods, one of each."""
    found = [agent for pod in each.pods() if (agent := agent_of(pod))]
    assert found and len(found) == len(each.pods())
    return found


def arguments(agent: Manifest) -> dict[str, str]:
    """The arguments of an agent, by their names."""
    words = agent["args"]
    return dict(zip(words[::2], words[1::2], strict=True))


def selects(selector: Manifest, pod: Manifest) -> bool:
    """Whether a label selector holds for a pod. Raises KeyError for an operator that no policy here has."""
    labels = pod["metadata"]["labels"]
    meets = {
        "Exists": lambda value, _: value is not None,
        "In": lambda value, values: value in values,
        "NotIn": lambda value, values: value not in values,
    }
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        meets[one["operator"]](labels.get(one["key"]), one.get("values", []))
        for one in selector.get("matchExpressions", [])
    )


def rules_for(each: Served, pod: Manifest) -> list[Manifest]:
    """The rules by which the team's network policies let somebody in to a pod."""
    beside = [one for one in each.of("NetworkPolicy") if one["metadata"]["namespace"] == each.namespace]
    policies = [one["spec"] for one in beside if selects(one["spec"]["podSelector"], pod)]
    return [rule for policy in policies for rule in policy.get("ingress", [])]


def open_to_callers(each: Served, pod: Manifest) -> set[int]:
    """The ports of a pod that callers from other namespaces are let in on."""
    found: set[int] = set()
    for rule in rules_for(each, pod):
        labels = [(peer.get("namespaceSelector") or {}).get("matchLabels", {}) for peer in rule["from"]]
        if any(calls_label(each.namespace) in one for one in labels):
            found |= {port["port"] for port in rule["ports"]}
    return found


def is_let_in(each: Served, pod: Manifest, to: Manifest, port: int) -> bool:
    """Whether a pod of the namespace is let in to another on a port."""
    for rule in rules_for(each, to):
        beside = [peer for peer in rule["from"] if "namespaceSelector" not in peer]
        ports = {one["port"] for one in rule.get("ports", [])} or {port}
        if port in ports and any(selects(peer["podSelector"], pod) for peer in beside):
            return True
    return False


def target_of(service: Manifest) -> int:
    """The port of its pods that a Service sends callers to."""
    [port] = [each for each in service["spec"]["ports"] if each["port"] == 80]
    return int(port["targetPort"])


def test_its_pods_send_what_they_are_asked_with_the_models_version(logged: Served):
    version = logged.service["metadata"]["annotations"][VERSION_ANNOTATION]
    for agent in agents(logged):
        told = arguments(agent)
        assert told["--log-url"] == events_url(logged.namespace)
        assert told["--metadata-annotations"] == f"{VERSION_ANNOTATION}={version}"
        assert (told["--inference-service"], told["--log-mode"]) == (logged.name, "all")
        assert told["--component-port"] == str(HTTP_PORT)


def test_they_send_to_pods_that_collect_and_let_them_in(logged: Served):
    service = named(logged.of("Service"), COLLECTOR)
    assert events_url(logged.namespace).startswith(f"http://{COLLECTOR}.{logged.namespace}.")
    assert EVENTS_PORT in {port["targetPort"] for port in service["spec"]["ports"]}
    for collector in pods_of_log(logged):
        assert selects({"matchLabels": service["spec"]["selector"]}, collector)
        assert all(is_let_in(logged, pod, collector, EVENTS_PORT) for pod in logged.pods())
        # A job's pod, as the policies know one.
        assert not is_let_in(logged, {"metadata": {"labels": {}}}, collector, EVENTS_PORT)


def test_its_service_sends_callers_to_the_agent_which_lets_them_in(logged: Served):
    assert target_of(made(logged, "service")) == AGENT_PORT
    for pod in logged.pods():
        assert pod["metadata"]["labels"][INFERENCE_LOG_LABEL] == LOGGED_ENDPOINT
        assert open_to_callers(logged, pod) == {AGENT_PORT}
    for agent in agents(logged):
        assert [port["containerPort"] for port in agent["ports"]] == [AGENT_PORT]


def test_an_endpoint_that_names_no_logger_is_not_reached(logged: Served):
    """The mutation that would turn the claims above red."""
    with with_predictor(logged, lambda predictor: predictor.pop("logger")):
        logged.cluster.wait(
            "a pod without an agent", lambda: any(agent_of(pod) is None for pod in logged.pods())
        )
        assert all(
            target_of(made(logged, "service")) not in open_to_callers(logged, pod) for pod in logged.pods()
        )
    logged.cluster.wait(
        "the Service to lead to the agent", lambda: target_of(made(logged, "service")) == AGENT_PORT
    )


def test_a_log_that_is_turned_on_leads_callers_away_before_agents_come(logged: Served):
    """KServe changes the Service at once, and servers that are there have no agent: the guide warns of it."""
    slow = copy.deepcopy(logged.service)
    slow["spec"]["predictor"]["nodeSelector"] |= NOWHERE
    with with_predictor(logged, lambda predictor: predictor.pop("logger")):
        logged.await_replicas(logged.predictor["minReplicas"])
        logged.cluster.apply([slow])
        logged.cluster.wait(
            "the Service to lead to agents", lambda: target_of(made(logged, "service")) == AGENT_PORT
        )
        logged.cluster.wait("a replica that waits", lambda: len(logged.pods()) > len(running(logged.pods())))
        assert not any(agent_of(pod) for pod in running(logged.pods()))


def test_an_agent_that_may_be_root_is_not_admitted(logged: Served):
    """The claims above are of a namespace that refuses; the agent takes after the server beside it."""
    as_root = {"securityContext": {"runAsNonRoot": False, "runAsUser": 0}}
    with with_predictor(logged, lambda predictor: predictor["model"].update(as_root)):
        logged.cluster.wait("it to be refused", lambda: refused_as_root(logged))


def refused_as_root(each: Served) -> bool:
    """Whether Pod Security refuses a server and its agent."""
    said = " ".join(messages(made(each, "deployment")))
    return 'violates PodSecurity "restricted' in said and '"agent"' in said


def test_an_agent_has_what_the_quota_counts(logged: Served):
    for agent in agents(logged):
        asked, most = agent["resources"]["requests"], agent["resources"]["limits"]
        assert asked == {"cpu": f"{AGENT_MILLICPUS}m", "memory": f"{AGENT_MIB}Mi"}
        assert most["memory"] == f"{AGENT_LIMIT_GIB}Gi"


def test_a_rollout_at_the_maximum_finds_room_for_agents(logged: Served):
    roll_out(logged, logged.predictor["maxReplicas"])


def test_a_quota_that_counts_servers_alone_has_no_room(logged: Served):
    """The mutation that would turn the claim above red."""
    [quota] = [dict(each) for each in logged.of("ResourceQuota")]
    most = logged.predictor["maxReplicas"]
    server = int(logged.predictor["model"]["resources"]["requests"]["cpu"])
    used = sum(
        int(one["spec"]["containers"][0]["resources"]["requests"]["cpu"][:-1]) for one in pods_of_log(logged)
    )
    hard = {**quota["spec"]["hard"], "requests.cpu": f"{(most + 1) * server * 1000 + used}m"}
    try:
        logged.cluster.apply([{**quota, "spec": {**quota["spec"], "hard": hard}}])
        bring_another_model(logged, most)
        logged.cluster.wait("its quota to be exceeded", lambda: exceeded(logged))
    finally:
        logged.cluster.apply(logged.of("ResourceQuota"))
        logged.await_replicas(most)
