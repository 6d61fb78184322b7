"""Rules of the AI inventory: what runs is what the organisation's list of AI systems says."""

from collections.abc import Iterator

from policies.pods import SERVING
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from reference.vocabulary import INFERENCE_SERVICE, PULUMI_STACK

JOBS = ("kubernetes:batch/v1:CronJob", "kubernetes:keda.sh/v1alpha1:ScaledJob")
TRIGGER = "paved.dev/trigger"
"""The label that names the trigger whose runs a job starts."""


def _listed(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "team":
        return
    if subject.kind == PULUMI_STACK:
        yield from _is_there(stack)
    elif subject.kind in JOBS:
        trigger = subject.at("metadata.labels").key(TRIGGER)
        yield claim(
            trigger.one_of(*stack.context.triggers, missing=True), "no trigger of the stack file makes it"
        )
    elif subject.kind == INFERENCE_SERVICE:
        listed = subject.at("metadata.name").one_of(*stack.context.endpoints)
        yield claim(listed, "it is no endpoint of the stack file, and so in no inventory")
    else:
        serves = subject.at("metadata.labels.tier").is_given
        yield claim(~serves, "it bears a tier and is no endpoint of the stack file, and so in no inventory")


def _is_there(stack: JudgedStack) -> Iterator[Claim]:
    served = {each.at("metadata.name").text() for each in stack.of(INFERENCE_SERVICE)}
    for name in sorted(set(stack.context.endpoints) - served):
        yield claim(False, f"endpoint `{name}` is in the inventory, and nothing serves it")
    made = {each.at("metadata.labels").key(TRIGGER).text() for each in stack.of(*JOBS)}
    for name in sorted(set(stack.context.triggers) - made):
        yield claim(False, f"retraining job `{name}` is in the inventory, and nothing runs it")
    yield claim(True, "the inventory is what runs")


RULES = (
    Rule(
        id="ML-04",
        name="inventory",
        title="Every served model and every job that makes one is in the inventory, and the other way round",
        why="What is not on the list is reviewed by nobody; what is only there is reviewed for nothing.",
        fix="Declare it in `serving.endpoints` or `retraining.triggers`, of which `paved inventory` is made.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="ml-governance",
        controls=("GOVERN 1.6", "AISF-GOV-05"),
        scope="stack",
        kinds=(PULUMI_STACK, *SERVING, *JOBS),
        check=_listed,
        note="A Deployment or StatefulSet counts as serving where it bears the label `tier`.",
    ),
)
