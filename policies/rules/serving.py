"""Rules of endpoints: probes, replicas, disruption, spread and rollouts, by tier."""

from collections.abc import Iterator, Mapping

from policies.pods import (
    DEPLOYMENT,
    SERVING,
    in_namespace,
    main_containers,
    namespace,
    pod_specs,
    selects,
    spreads_over_zones,
    tier,
)
from policies.resources import JudgedStack, Resource
from policies.rule import BEYOND_DEV, EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import MISSING, Truth, Value
from reference.vocabulary import INFERENCE_SERVICE, INFERENCE_SERVICE_LABEL

AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
DISRUPTION_BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
PROBES = ("readinessProbe", "livenessProbe", "startupProbe")


def _probes(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if tier(subject) not in (1, 2):
        return
    for pod in pod_specs(subject):
        for container in main_containers(pod):
            yield from _probes_of(container)


def _probes_of(container: Value) -> Iterator[Claim]:
    for probe in PROBES:
        yield claim(container.at(probe).is_given, f"`{container.path}.{probe}` is not set")
    # A server that is ready late, under load or by its model, must not be killed for it.
    ready = container.at("readinessProbe.httpGet.path")
    same = container.at("livenessProbe.httpGet.path").equals(ready.plain(""))
    yield claim(~same, f"`{container.path}` is restarted for what only keeps it from being ready")


def _smallest(subject: Resource, stack: JudgedStack) -> Value:
    """The property that says how many replicas there are at least."""
    if subject.kind == INFERENCE_SERVICE:
        return subject.at("spec.predictor.minReplicas")
    # A Deployment with an autoscaler leaves `replicas` out, or every deploy would set them back.
    replicas = subject.at("spec.replicas")
    if replicas.raw is not MISSING:
        return replicas
    for scaler in in_namespace(stack, AUTOSCALER, namespace(subject)):
        if scaler.at("spec.scaleTargetRef.name").equals(subject.at("metadata.name").plain()):
            return scaler.at("spec.minReplicas")
    return replicas


def _replicas(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if tier(subject) != 1:
        return
    smallest = _smallest(subject, stack)
    # Over zones one of two replicas is gone for as long as its zone is.
    zonal = any(spreads_over_zones(pod) is Truth.YES for pod in pod_specs(subject))
    needed = 3 if zonal else 2
    yield claim(smallest.test(lambda found: int(found) >= needed), f"`{smallest.path}` is less than {needed}")


def _labels(subject: Resource) -> Mapping[str, object]:
    """The labels of a workload's pods."""
    if subject.kind == INFERENCE_SERVICE:
        return {INFERENCE_SERVICE_LABEL: subject.at("metadata.name").text()}
    found: Mapping[str, object] = subject.at("spec.template.metadata.labels").plain({})
    return found


def _disruption(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if tier(subject) != 1:
        return
    labels = _labels(subject)
    budgets = in_namespace(stack, DISRUPTION_BUDGET, namespace(subject))
    selecting = [each for each in budgets if selects(each.at("spec.selector"), labels)]
    # The eviction API refuses a pod that two budgets select.
    yield claim(len(selecting) == 1, f"{len(selecting)} PodDisruptionBudgets select its pods, not one")
    replicas = _smallest(subject, stack)
    for budget in selecting:
        selector = budget.at("spec.selector")
        some = selector.at("matchLabels").is_given | selector.at("matchExpressions").is_given
        yield claim(some, f"`{selector.path}` of its budget is every pod of the namespace")
        most, least = budget.at("spec.maxUnavailable"), budget.at("spec.minAvailable")
        yield claim(~most.test(lambda raw: _share(raw, 100) <= 0), f"`{most.path}` of its budget is 0")
        stuck = least.test(lambda raw: _share(raw, replicas.number(1)) >= replicas.number(1))
        yield claim(~stuck, f"`{least.path}` of its budget is all of its replicas")
        every = most.test(lambda raw: _share(raw, replicas.number(1)) >= replicas.number(1))
        yield claim(~every, f"`{most.path}` of its budget is all of its replicas")
        yield claim(most.is_given | least.is_given, "its budget says nothing")


def _share(raw: object, of: int) -> float:
    """A count, or a percentage of `of`."""
    text = str(raw)
    return float(text[:-1]) * of / 100 if text.endswith("%") else float(text)


def _spread(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if tier(subject) == 1:
        for pod in pod_specs(subject):
            spread = spreads_over_zones(pod)
            yield claim(
                spread, f"`{pod.path}.topologySpreadConstraints` does not keep replicas in different zones"
            )


def _rollout(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if tier(subject) != 1:
        return
    path = "spec.predictor.deploymentStrategy" if subject.kind == INFERENCE_SERVICE else "spec.strategy"
    lost = subject.at(f"{path}.rollingUpdate.maxUnavailable")
    if subject.kind in (DEPLOYMENT, INFERENCE_SERVICE):
        yield claim(lost.one_of(0, "0", "0%"), f"`{lost.path}` is not 0")
    # A rollback needs the revision before; left out, Kubernetes keeps ten.
    kept = subject.at("spec.revisionHistoryLimit").test(lambda found: int(found) >= 2, missing=True)
    yield claim(kept, "`spec.revisionHistoryLimit` is less than 2")
    if subject.kind == DEPLOYMENT:
        yield claim(
            subject.at("spec.progressDeadlineSeconds").is_given, "`spec.progressDeadlineSeconds` is not set"
        )
    for pod in pod_specs(subject):
        grace = pod.at("terminationGracePeriodSeconds")
        yield claim(grace.test(lambda found: int(found) >= 30), f"`{grace.path}` is not 30 or more")
        for container in main_containers(pod):
            # A pod gets requests until its removal has reached every proxy: the hook waits for that.
            hook = container.at("lifecycle.preStop")
            yield claim(hook.is_given, f"`{hook.path}` is not set: requests are cut off")


RULES = (
    Rule(
        id="K8-07",
        name="probes",
        title="An endpoint says when it is up, ready and loading",
        why="Without a startup probe a large model is killed while it loads; a wrong liveness probe kills a busy one.",
        fix="Set readiness, liveness and startup probes, with another path for liveness than for readiness.",
        cluster="only the plan: servers come of stack files alone",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CKV_K8S_8", "CKV_K8S_9"),
        kinds=SERVING,
        check=_probes,
        note="Tiers 1 and 2.",
    ),
    Rule(
        id="RE-01",
        name="replicas",
        title="A tier 1 endpoint survives the loss of a replica",
        why="One replica is down whenever its node is upgraded.",
        fix="Run at least two replicas; three where they are spread over zones.",
        cluster="only the plan: endpoints come of stack files alone, and no member writes their kinds",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        scope="stack",
        kinds=SERVING,
        check=_replicas,
    ),
    Rule(
        id="RE-02",
        name="disruption-budget",
        title="A tier 1 endpoint has one disruption budget, which lets nodes drain",
        why="Without one an upgrade takes every replica; with two, or with 0, no node can ever drain.",
        fix="Add one PodDisruptionBudget that allows at least one pod to go.",
        cluster="only the plan: disruption budgets come of stack files alone",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        scope="stack",
        kinds=SERVING,
        check=_disruption,
    ),
    Rule(
        id="RE-03",
        name="zone-spread",
        title="A tier 1 endpoint's replicas lie in different zones",
        why="A zone is what fails.",
        fix="Add a topology spread constraint over zones that does not schedule otherwise.",
        cluster="only the plan: endpoints come of stack files alone, and no member writes their kinds",
        severity=Severity.MEDIUM,
        enforcement=BEYOND_DEV,
        owner="platform",
        kinds=SERVING,
        check=_spread,
    ),
    Rule(
        id="RE-05",
        name="rollout",
        title="A tier 1 endpoint loses no request in a rollout and can go back",
        why="Most outages are rollouts.",
        fix="Set `maxUnavailable: 0`, a preStop hook, a termination grace, and keep revisions.",
        cluster="only the plan: endpoints come of stack files alone, and no member writes their kinds",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("MANAGE 2.4",),
        kinds=SERVING,
        check=_rollout,
    ),
)
