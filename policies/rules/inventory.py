"""Rules of the AI inventory: the organisation's list of AI systems and the plan are the same."""

from collections.abc import Iterator

from policies.pods import CRON_JOB, SCALED_JOB, SERVING
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from reference.vocabulary import INFERENCE_SERVICE, PULUMI_STACK, TRIGGER_LABEL

JOBS = (CRON_JOB, SCALED_JOB)


def _listed(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "team":
        return
    if subject.kind == PULUMI_STACK:
        yield from _deployed(stack)
    elif subject.kind in JOBS:
        # A job without the label retrains nothing: a team may have jobs of other kinds.
        declared = (
            subject.at("metadata.labels").key(TRIGGER_LABEL).one_of(*stack.context.triggers, missing=True)
        )
        yield claim(declared, "no trigger of the stack file makes it")
    elif subject.kind == INFERENCE_SERVICE:
        listed = subject.at("metadata.name").one_of(*stack.context.endpoints)
        yield claim(listed, "it is no endpoint of the stack file, and so in no inventory")
    else:
        serves = subject.at("metadata.labels.tier").is_given
        yield claim(~serves, "it bears a tier and is no endpoint of the stack file, and so in no inventory")


def _deployed(stack: JudgedStack) -> Iterator[Claim]:
    """Claim that every endpoint and retraining job of the inventory is in the plan."""
    served = {each.at("metadata.name").text() for each in stack.of(INFERENCE_SERVICE)}
    for name in sorted(set(stack.context.endpoints) - served):
        yield claim(False, f"endpoint `{name}` is in the inventory, and nothing serves it")
    started = {each.at("metadata.labels").key(TRIGGER_LABEL).text() for each in stack.of(*JOBS)}
    for name in sorted(set(stack.context.triggers) - started):
        yield claim(False, f"retraining job `{name}` is in the inventory, and nothing runs it")
    yield claim(True, "the inventory is what runs")


RULES = (
    Rule(
        id="ML-04",
        name="inventory",
        title="Every served model and every job that makes one is in the inventory, and the other way round",
        why="What is not on the list is reviewed by nobody; what is only there is reviewed for nothing.",
        fix="Declare it in `serving.endpoints` or `retraining.triggers`, of which `paved inventory` is made.",
        cluster=(
            "only the plan: experiments are no part of the inventory. `paved-members` keeps the names"
            " and labels of retraining and endpoints from them"
        ),
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
