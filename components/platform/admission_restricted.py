"""The demands of the namespace's Pod Security level, told at the job before its pods are refused silently."""

from components.platform.admission_pods import each_container, each_pod
from components.platform.admission_rule import AdmissionRule


def restricted(*, partly: bool = False) -> list[AdmissionRule]:
    """Demands of the namespace's Pod Security level, told at the job: its pods would be refused silently.

    A part of a template may leave out what the rest of it says.
    """
    parts = [not_root(partly), no_rights_of_root(partly)]
    return parts if partly else [*parts, apart_from_node()]


def not_root(partly: bool) -> AdmissionRule:
    """A container runs as a user that is not root, under a seccomp profile, as it says or its pod does."""
    pod, own = "p.?spec.?securityContext", "c.?securityContext"
    said, usual = ("true", "'RuntimeDefault'") if partly else ("false", "''")
    user = f"{own}.?runAsNonRoot.orValue({pod}.?runAsNonRoot.orValue({said}))"
    number = f"{own}.?runAsUser.orValue({pod}.?runAsUser.orValue(1)) != 0"
    profile = f"{own}.?seccompProfile.?type.orValue({pod}.?seccompProfile.?type.orValue({usual}))"
    return AdmissionRule(
        expression=each_container(f"{user} && {number} && {profile} in ['RuntimeDefault', 'Localhost']"),
        message="'pods do not run as root: set securityContext runAsNonRoot: true and seccompProfile RuntimeDefault'",
    )


def no_rights_of_root(partly: bool) -> AdmissionRule:
    """A container has no capability and gets none."""
    own = "c.?securityContext"
    dropped, escalates = ("['ALL']", "false") if partly else ("[]", "true")
    conditions = (
        f"!{own}.?allowPrivilegeEscalation.orValue({escalates})",
        f"!{own}.?privileged.orValue(false)",
        f"'ALL' in {own}.?capabilities.?drop.orValue({dropped})",
        f"{own}.?capabilities.?add.orValue([]).all(a, a == 'NET_BIND_SERVICE')",
    )
    return AdmissionRule(
        expression=each_container(" && ".join(conditions)),
        message=(
            "'containers have no rights of root: set securityContext allowPrivilegeEscalation: false and "
            "capabilities drop: [ALL]'"
        ),
    )


def apart_from_node() -> AdmissionRule:
    """A pod is in no namespace of its node's processes or network."""
    hosts = " && ".join(f"!p.?spec.?{each}.orValue(false)" for each in ("hostNetwork", "hostPID", "hostIPC"))
    return AdmissionRule(
        expression=each_pod(hosts),
        message="'pods share nothing with their node: leave hostNetwork, hostPID and hostIPC out'",
    )
