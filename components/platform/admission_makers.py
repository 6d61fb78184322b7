"""Makers of a request, a team's people, a controller or an administrator, as CEL over `request`."""

from components.charts import KUBE_SYSTEM, KUBEFLOW_NAMESPACE, KUBERAY_NAMESPACE, KUEUE_NAMESPACE
from components.platform.admission_rule import quoted
from reference.vocabulary import HUB_ACCOUNT, HUBS, OIDC_PREFIX, RIGHTS, promoters_group, rights_group

SERVICE_ACCOUNT = "system:serviceaccount:"
ADMINISTRATOR = "'system:masters' in request.userInfo.groups"
"""The expression that holds for the group that may delete the policies, so that no rule is a limit to it."""

NAMESPACE = "' + request.namespace + '"
"""The namespace of a request, inside a text of CEL."""

GROUPS = [rights_group(NAMESPACE, rights) for rights in RIGHTS] + [f"system:serviceaccounts:{NAMESPACE}"]
TRAINS = (
    f"(request.userInfo.username.startsWith('{OIDC_PREFIX}') || "
    f"request.userInfo.groups.exists(g, g in {quoted(GROUPS)}))"
)
"""The expression that holds for a member of the namespace's team, and for what runs there as a service account.

Who comes by the OIDC provider is in groups of any name. Nothing but a team's stack file lets these people do anything,
and that in the team's namespace alone.
"""

PROMOTER = f"('{promoters_group(NAMESPACE)}' in request.userInfo.groups)"
"""The expression that holds for who may promote the team's models."""

MEMBER = f"({TRAINS} || {PROMOTER})"
"""The expression that holds for all of these: whoever acts for the team."""

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
