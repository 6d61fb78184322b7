"""Makers of a request, a team's people, a controller or an administrator, as CEL over `request`."""

from components.charts import KUBE_SYSTEM, KUBEFLOW_NAMESPACE, KUBERAY_NAMESPACE, KUEUE_NAMESPACE
from components.platform.admission_rule import quoted
from reference.vocabulary import HUB_ACCOUNT, HUBS, OIDC_PREFIX, RIGHTS, promoters_group, rights_group

SERVICE_ACCOUNT = "system:serviceaccount:"
ADMINISTRATOR = "'system:masters' in request.userInfo.groups"
"""The expression that holds for the group that may delete the policies, so that no rule is a limit to it."""

NAMESPACE = "' + request.namespace + '"
"""The namespace of a request, inside a text of CEL."""

PEOPLE = [rights_group(NAMESPACE, rights) for rights in RIGHTS]
BY_LOGIN = f"request.userInfo.username.startsWith('{OIDC_PREFIX}')"
"""The expression that holds for who comes by the OIDC provider.

These people are in groups of any name. Nothing but a team's stack file lets them do anything, and that in the team's
namespace alone.
"""


def in_groups(*groups: str) -> str:
    """The expression that holds for who is in one of some groups, whose names are inside a text of CEL."""
    return f"request.userInfo.groups.exists(g, g in {quoted(groups)})"


DEVELOPS = in_groups(rights_group(NAMESPACE, "develop"), rights_group(NAMESPACE, "submit"))
ENDS = in_groups(rights_group(NAMESPACE, "develop"), rights_group(NAMESPACE, "operate"))
"""The expressions that hold for who makes, and for who ends, jobs of the team by another right than a promoter's."""

PROMOTER = f"('{promoters_group(NAMESPACE)}' in request.userInfo.groups)"
"""The expression that holds for who may promote the team's models, by an IAM role."""

MEMBER = f"({BY_LOGIN} || {in_groups(*PEOPLE, f'system:serviceaccounts:{NAMESPACE}')} || {PROMOTER})"
"""The expression that holds for whoever acts for the team: its people, promoters, and its service accounts."""

HUB = f"request.userInfo.username == '{SERVICE_ACCOUNT}' + request.namespace + '{HUBS}:{HUB_ACCOUNT}'"
"""The expression that holds for the hub of the namespace's team, which makes its notebooks."""

JOB_CONTROLLERS = (KUBEFLOW_NAMESPACE, KUBERAY_NAMESPACE, KUEUE_NAMESPACE)
"""The namespaces of the controllers that make jobs out of jobs, or start them: those were judged when they came."""


def made_by(*namespaces: str) -> str:
    """The expression that holds when a service account of one of these namespaces makes the request."""
    starts = [
        f"request.userInfo.username.startsWith('{SERVICE_ACCOUNT}{namespace}:')" for namespace in namespaces
    ]
    return f"({' || '.join(starts)})"


def made_by_controller(name: str) -> str:
    """The expression that holds when one of Kubernetes' own controllers makes the request, or an administrator.

    A controller manager without a service account for each of its controllers has a name of its own.
    """
    names = [f"{SERVICE_ACCOUNT}{KUBE_SYSTEM}:{name}", "system:kube-controller-manager"]
    return f"(request.userInfo.username in {names} || {ADMINISTRATOR})"
