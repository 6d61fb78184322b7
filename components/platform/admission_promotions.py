"""Rules of promotions: Jobs that run as the one service account that creates what endpoints load."""

from components.platform.admission_makers import ADMINISTRATOR, DEVELOPS, ENDS, NAMESPACE, PROMOTER
from components.platform.admission_pods import PROMOTES, each_pod
from components.platform.admission_rule import AdmissionRule, AdmissionRules
from components.platform.admission_rules import requests_device
from reference.vocabulary import GENERAL_POOL, POOL_LABEL, PROMOTER_ACCOUNT, promoters_group

GROUP = promoters_group(NAMESPACE)
"""The name of the promoters' group inside a text of CEL."""

WAS_PROMOTION = (
    "(request.resource.resource == 'jobs' ? oldObject.spec.?template.?spec.?serviceAccountName.orValue('') : "
    f"oldObject.spec.?serviceAccountName.orValue('')) == '{PROMOTER_ACCOUNT}'"
)
"""The expression that holds when the Job or the pod that a request is about is a promotion's."""


def promotion_conditions() -> dict[str, str]:
    """Conditions under which a Job is judged: it is a promotion, or a promoter makes it; its spec is new or changed.

    No controller is exempt, so that no other kind of job is a way to the account.
    """
    promotes = f"object.spec.template.spec.?serviceAccountName.orValue('') == '{PROMOTER_ACCOUNT}'"
    return {
        # Anything else may change at any time: the garbage collector takes finalizers off.
        "changed": "request.operation != 'UPDATE' || object.spec != oldObject.spec",
        "promotion": f"{promotes} || {PROMOTER}",
    }


def promotion_rules() -> AdmissionRules:
    """A promotion is a promoter's, who makes no other Job, and it takes no accelerator."""
    return AdmissionRules(
        variables={"pods": "[object.spec.template]"}, rules=[made_by_promoter(), no_devices_to_promote()]
    )


def made_by_promoter() -> AdmissionRule:
    """A promoter makes promotions, and nobody else does. Who develops too makes both.

    RBAC lets a promoter create Jobs of any kind: with rights to view or to operate that stays a promoter's. Who
    operates stops and scales the jobs of others.
    """
    others = f"!{PROMOTER} || {DEVELOPS} || (request.operation == 'UPDATE' && {ENDS})"
    return AdmissionRule(
        expression=each_pod(f"{PROMOTES} ? ({PROMOTER} || {ADMINISTRATOR}) : ({others})"),
        message=(
            f"'the group {GROUP} makes Jobs with serviceAccountName {PROMOTER_ACCOUNT}, and no others; nobody else "
            "makes these'"
        ),
    )


def no_devices_to_promote() -> AdmissionRule:
    """A promotion copies files: it runs on general nodes."""
    general = f"p.?spec.?nodeSelector[?'{POOL_LABEL}'].orValue('') == '{GENERAL_POOL}'"
    return AdmissionRule(
        expression=each_pod(f"!({PROMOTES}) || ({general} && !{requests_device('p')})"),
        message=(
            f"'a promotion takes no accelerator: set nodeSelector {POOL_LABEL}: {GENERAL_POOL}, and request none'"
        ),
    )


def promotions_kept() -> AdmissionRule:
    """A promotion is its promoters' to end, with its pods, and who only promotes ends nothing else."""
    return AdmissionRule(
        expression=(
            "request.operation == 'CREATE' || !(request.resource.resource in ['jobs', 'pods']) || "
            f"({WAS_PROMOTION} ? {PROMOTER} : (!{PROMOTER} || {ENDS}))"
        ),
        message=f"'promotions are changed and ended by the group {GROUP}, which leaves every other job alone'",
    )
