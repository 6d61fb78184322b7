"""Rules of service accounts: one for each workload, and no token that outlives it."""

from collections.abc import Iterator

from policies.pods import is_partial, pod_specs, set_here
from policies.resources import KUBERNETES_SECRET, PODS, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import MISSING, Truth, Value

ACCOUNT = "kubernetes:core/v1:ServiceAccount"
ROLE_ANNOTATION = "eks.amazonaws.com/role-arn"
TOKEN_TYPE = "kubernetes.io/service-account-token"
ALIAS = "serviceAccount"
"""The deprecated name of `serviceAccountName`, which Kubernetes still takes."""


def _accounts(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == ACCOUNT:
        mounted = subject.at("automountServiceAccountToken").equals(False)
        yield claim(mounted, "`automountServiceAccountToken` is not false")
        return
    for pod in pod_specs(subject):
        names = [pod.at(key) for key in ("serviceAccountName", ALIAS) if pod.at(key).raw is not MISSING]
        if is_partial(subject) and not names:
            yield claim(Truth.UNSURE, f"`{pod.path}.serviceAccountName` is left as it is")
            continue
        for name in names or [pod.at("serviceAccountName")]:
            yield claim(_is_own(name), f"`{name.path}` is not an account of its own")
        token = pod.at("automountServiceAccountToken")
        # A patch that names the account says as well whether its token is mounted; an override adds to a template.
        told = (
            token.test(lambda raw: True)
            if subject.is_patch
            else set_here(subject, token).test(lambda raw: True)
        )
        yield claim(told, f"`{token.path}` is not set: pods get a token that few need")


def _is_own(name: Value) -> Truth:
    return name.test(lambda raw: str(raw) not in ("", "default"))


def _lasting(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == ACCOUNT:
        annotation = subject.at("metadata.annotations").key(ROLE_ANNOTATION)
        yield claim(annotation.is_absent, f"its annotation `{ROLE_ANNOTATION}` gives it a role of AWS")
        yield claim(subject.at("secrets").is_absent, "`secrets` holds tokens that never end")
    else:
        token = subject.at("type").equals(TOKEN_TYPE)
        yield claim(~token, f"`type` is `{TOKEN_TYPE}`: its token never ends")


RULES = (
    Rule(
        id="ID-08",
        name="service-account-hygiene",
        title="A workload has a service account of its own, and a token only if it says so",
        why="The default account's token is in every pod that says nothing, and what it may do grows unseen.",
        fix="Name a service account; set `automountServiceAccountToken`, to false unless the pod calls the API.",
        cluster=(
            "`paved-new-pods` and the policies of jobs: pods of a team run as `trainer`, `server` or `monitor`, "
            "and mount no token"
        ),
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CKV_K8S_38", "CKV_K8S_41", "CKV_K8S_42", "CIS K8s 5.1.5", "CIS K8s 5.1.6"),
        kinds=(ACCOUNT, PODS),
        check=_accounts,
    ),
    Rule(
        id="ID-18",
        name="no-lasting-token",
        title="A service account has no token that outlives its pods, and its AWS role by pod identity alone",
        why="A token in a Secret works until somebody deletes it; a role by annotation is in no list of associations.",
        fix="Leave token Secrets out: pods get short tokens. Declare the role's association with the account.",
        cluster="`paved-members`: no member writes Secrets or service accounts; others' only the plan sees",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CIS K8s 5.1.6", "CIS EKS 5.2.1"),
        kinds=(ACCOUNT, KUBERNETES_SECRET),
        check=_lasting,
    ),
)
