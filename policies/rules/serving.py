"""Rules of endpoints: probes, replicas, disruption, spread and rollouts, by tier."""

import re
from collections.abc import Iterator, Mapping

from policies.pods import (
    SERVING,
    in_namespace,
    main_containers,
    namespace,
    pod_specs,
    selects,
    spreads_over_zones,
    tier,
    zone_constraints,
)
from policies.resources import JudgedStack, Resource
from policies.rule import BEYOND_DEV, EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import MISSING, Truth, Value, any_of
from reference.vocabulary import DEPLOYMENT, INFERENCE_SERVICE, INFERENCE_SERVICE_LABEL

AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
DISRUPTION_BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
SCALED_OBJECT = "kubernetes:keda.sh/v1alpha1:ScaledObject"
PAUSED_REPLICAS = "autoscaling.keda.sh/paused-replicas"
PROBES = ("readinessProbe", "livenessProbe", "startupProbe")
SHELLS = ("ash", "bash", "dash", "sh")
SUCCEEDS = re.compile(r"(.*(;|\|\|)\s*)?(true|:|exit(\s+0)?|echo\b[^;&|]*)\s*;?")
"""Shell text that ends well whatever stands before it."""


def _probes(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if tier(subject) not in (1, 2):
        return
    for pod in pod_specs(subject):
        for container in main_containers(pod):
            yield from _probes_of(container)


def _probes_of(container: Value) -> Iterator[Claim]:
    for probe in PROBES:
        yield claim(container.at(probe).is_given, f"`{container.path}.{probe}` is not set")
        command = container.at(probe).at("exec.command")
        yield claim(~command.test(_succeeds), f"`{command.path}` succeeds whatever the server does")
    # A server that is ready late, under load or by its model, must not be killed for it.
    ready = container.at("readinessProbe.httpGet.path")
    same = container.at("livenessProbe.httpGet.path").equals(ready.plain(""))
    yield claim(~same, f"`{container.path}` is restarted for what only keeps it from being ready")


def _succeeds(command: object) -> bool:
    """Whether a command ends well whatever it is asked about."""
    words = [str(each) for each in command] if isinstance(command, list) else [str(command)]
    program = words[0].rpartition("/")[2] if words else "true"
    if program in SHELLS and len(words) > 1 and words[1].endswith("c"):
        return bool(SUCCEEDS.fullmatch(" ".join(words[2:]).strip()))
    return program in ("echo", "sleep", "true")


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
    for scaled in _scaled_objects(subject, stack):
        return scaled.at("spec.minReplicaCount")
    return replicas


def _replicas(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if tier(subject) != 1:
        return
    smallest = _smallest(subject, stack)
    # Over zones one of two replicas is gone for as long as its zone is.
    zonal = any(spreads_over_zones(pod) is Truth.YES for pod in pod_specs(subject))
    needed = 3 if zonal else 2
    yield claim(smallest.test(lambda found: int(found) >= needed), f"`{smallest.path}` is less than {needed}")
    for scaler in _scaled_objects(subject, stack):
        yield from _floor(scaler, needed)


def _scaled_objects(subject: Resource, stack: JudgedStack) -> list[Resource]:
    """The ScaledObjects that decide on the replicas of a server, which take the place of its own number."""
    name = subject.at("metadata.name").text()
    target = f"{name}-predictor" if subject.kind == INFERENCE_SERVICE else name
    found = in_namespace(stack, SCALED_OBJECT, namespace(subject))
    return [each for each in found if each.at("spec.scaleTargetRef.name").equals(target)]


def _floor(scaler: Resource, needed: int) -> Iterator[Claim]:
    """Claim that KEDA goes below a number of replicas neither by its scale, nor at rest, nor while it is held."""
    least = scaler.at("spec.minReplicaCount")
    enough = least.test(lambda found: int(found) >= needed)
    yield claim(enough, f"`{least.path}` of its ScaledObject is less than {needed}")
    # Left out, nothing rests and nothing is held.
    for value in (
        scaler.at("spec.idleReplicaCount"),
        scaler.at("metadata.annotations").key(PAUSED_REPLICAS),
    ):
        enough = value.test(lambda found: int(found) >= needed, missing=True)
        yield claim(enough, f"`{value.path}` of its ScaledObject is less than {needed}")


def _labels(subject: Resource) -> Mapping[str, object]:
    """The labels of a workload's pods."""
    if subject.kind == INFERENCE_SERVICE:
        name = subject.at("metadata.name").text()
        return {INFERENCE_SERVICE_LABEL: name, "app": f"isvc.{name}-predictor", "component": "predictor"}
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
        none = least.test(lambda raw: _share(raw, 100) <= 0)
        yield claim(~none, f"`{least.path}` of its budget is 0: it keeps no replica")
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
    if tier(subject) != 1:
        return
    labels = _labels(subject)
    for pod in pod_specs(subject):
        spread = spreads_over_zones(pod)
        yield claim(
            spread, f"`{pod.path}.topologySpreadConstraints` does not keep replicas in different zones"
        )
        if spread is Truth.YES:
            kept = [_keeps_apart(each, labels) for each in zone_constraints(pod)]
            yield claim(any_of(kept), _not_apart(pod))


def _keeps_apart(constraint: Value, labels: Mapping[str, object]) -> Truth:
    """Whether a constraint counts the server's own pods, and lets no zone have two more of them than another."""
    selector = constraint.at("labelSelector")
    # Without `minDomains`, one zone with nodes is a balance of its own.
    several = constraint.at("minDomains").test(lambda raw: int(raw) >= 2)
    own = selector.is_given & selects(selector, labels)
    return own & several & constraint.at("maxSkew").test(lambda raw: int(raw) == 1)


def _not_apart(pod: Value) -> str:
    where = f"`{pod.path}.topologySpreadConstraints` over zones"
    return f"{where} does not count its own pods, with `maxSkew: 1` and `minDomains` of 2 or more"


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
            seconds = hook.at("sleep.seconds")
            at_once = seconds.test(lambda raw: float(raw) <= 0)
            yield claim(~at_once, f"`{seconds.path}` is 0: requests are cut off")
            command = hook.at("exec.command")
            yield claim(~command.test(_does_nothing), f"`{command.path}` waits for nothing")


def _does_nothing(command: object) -> bool:
    """Whether a command is over at once: a sleep of some seconds is what a hook is for."""
    words = [str(each) for each in command] if isinstance(command, list) else [str(command)]
    return _succeeds(command) and not re.search(r"\bsleep +[1-9]", " ".join(words))


RULES = (
    Rule(
        id="K8-07",
        name="probes",
        title="An endpoint says when it is up, ready and loading",
        why="Without a startup probe a large model is killed while it loads; a wrong liveness probe kills a busy one.",
        fix="Set readiness, liveness and startup probes, with another path for liveness than for readiness, and no "
        "command that always succeeds.",
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
        fix="Run at least two replicas; three where they are spread over zones. So does a scaler, at rest and held.",
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
        fix="Add one PodDisruptionBudget that allows at least one pod to go, and keeps one.",
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
        fix="Add a topology spread constraint over zones that does not schedule otherwise, selects the server's own "
        "pods, and has `maxSkew: 1` and `minDomains` of 2 or more.",
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
