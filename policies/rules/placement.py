"""The rule of places: a team's pods run on nodes that are theirs to use, and before nobody else's."""

from collections.abc import Iterator

from policies.pods import is_template, pod_specs
from policies.resources import PODS, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import MISSING, Truth, Value, any_of
from reference.vocabulary import ACCELERATOR_LABEL, POOL_LABEL, STACK_LABEL, UNKNOWN

PRIORITY_CLASS = "kubernetes:scheduling.k8s.io/v1:PriorityClass"
CHOOSERS = (POOL_LABEL, STACK_LABEL, ACCELERATOR_LABEL)
SYSTEM = "system"
LEFT_OUT = {
    "nodeName": "chooses its node past the scheduler",
    "priorityClassName": "goes before pods of others",
    "resourceClaims": "takes devices past the quota",
    "runtimeClassName": "chooses how the node runs it",
}
"""Fields of a pod that a team leaves out, and what each does."""


def _placed(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    is_team = stack.context.kind in ("team", None)
    if subject.kind == PRIORITY_CLASS:
        yield claim(not is_team, "its pods go before those of other teams")
        yield claim(
            subject.at("globalDefault").equals(False, missing=True), "`globalDefault` is of every pod"
        )
    elif is_team:
        for pod in pod_specs(subject):
            yield from _of_a_team(pod, subject, stack.context.stack)


def _of_a_team(pod: Value, workload: Resource, stack: str) -> Iterator[Claim]:
    for key, what in LEFT_OUT.items():
        yield claim(pod.at(key).is_absent, f"`{pod.at(key).path}` {what}")
    scheduler = pod.at("schedulerName")
    yield claim(
        scheduler.equals("default-scheduler", missing=True), f"`{scheduler.path}` is not the cluster's own"
    )
    for each in pod.at("tolerations").items():
        yield claim(
            ~each.at("key").is_absent, f"`{each.path}` has no key: it tolerates the nodes of every team"
        )
        own = each.at("operator").equals("Equal", missing=True) & each.at("value").equals(stack)
        of_stack = each.at("key").equals(STACK_LABEL)
        yield claim(~of_stack | own, f"`{each.path}` tolerates the nodes of another team")
    yield from _selects(pod, workload, stack)


def _selects(pod: Value, workload: Resource, stack: str) -> Iterator[Claim]:
    selector = pod.at("nodeSelector")
    if selector.raw is MISSING and is_template(workload):
        return  # what is made of it says where it runs
    chosen = any_of(selector.key(label).is_given for label in CHOOSERS)
    yield claim(chosen, f"`{selector.path}` names none of {', '.join(f'`{label}`' for label in CHOOSERS)}")
    system = selector.key(POOL_LABEL).equals(SYSTEM)
    yield claim(~system, f"`{selector.path}` selects nodes of the system")
    label = selector.key(STACK_LABEL)
    other = label.test(lambda raw: raw != stack)
    # A pool of the platform's own is named with the platform, and only a grant opens it: the queue tolerates it.
    granted = Truth.UNSURE if pod.at("tolerations").raw in (MISSING, UNKNOWN) else Truth.NO
    yield claim(~other | granted, f"`{label.path}` selects the nodes of another team")


RULES = (
    Rule(
        id="K8-17",
        name="own-nodes",
        title="A team's pod runs on nodes that it names, tolerates no other team's and goes before nobody's",
        why="A toleration of everything, a node by name or a priority of the system takes what others pay for.",
        fix="Select a pool of the team's own or `general`; tolerate its taints by key and value; leave priorities, "
        "schedulers, runtime classes, claims of devices and node names out.",
        cluster="`paved-pods` and `paved-new-pods`: the same of every pod in a team's namespace",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CIS K8s 5.7.1",),
        scope="stack",
        kinds=(PRIORITY_CLASS, PODS),
        check=_placed,
        note="A pool that is granted needs no toleration of the team's: the queue adds it.",
    ),
)
