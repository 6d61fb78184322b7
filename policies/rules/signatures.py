"""Rules of signatures: in a team's namespace only signed images run, and none where nobody can verify them."""

import re
from collections.abc import Iterator

from policies.resources import JudgedStack, Resource
from policies.rule import BEYOND_DEV, Claim, Rule, Severity, claim
from policies.values import Truth, Value, all_of, any_of
from reference.registries import is_of_account, looks_like_host, upstream_name
from reference.vocabulary import HELM_RELEASE, NAMESPACE, PULUMI_STACK, STACK_LABEL, hub_namespace

POLICIES = tuple(
    f"kubernetes:policy.sigstore.dev/{version}:ClusterImagePolicy" for version in ("v1alpha1", "v1beta1")
)
CONTROLLER = "policy-controller"
OWN_KEY = re.compile(r"awskms:///arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+")
EXCLUDED = "webhooks.knative.dev/exclude"
"""A namespace with this label is left out by the controller, whatever its selector says."""


def _signed(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == NAMESPACE:
        # In that of a hub of notebooks are a chart's images alone, and no pod of the team.
        hub = subject.at("metadata.name").equals(hub_namespace(stack.context.stack))
        if stack.context.kind != "platform":
            labels = subject.at("metadata.labels")
            yield claim(
                labels.key(STACK_LABEL).is_given | hub,
                f"its label `{STACK_LABEL}` is not set: no signature is asked for",
            )
            yield claim(labels.key(EXCLUDED).is_absent, f"its label `{EXCLUDED}` takes it out")
    elif subject.kind == PULUMI_STACK:
        if stack.context.kind == "platform":
            releases = (each.at("name").equals(CONTROLLER) for each in stack.of(HELM_RELEASE))
            yield claim(any_of(releases), f"no Release is `{CONTROLLER}`")
            demanded = any_of(_demands_key(each, stack) for each in stack.of(*POLICIES))
            yield claim(demanded, "no ClusterImagePolicy names a key that images are signed with")
    elif subject.kind == HELM_RELEASE:
        if subject.at("name").equals(CONTROLLER):
            yield from _controller(subject)
    else:
        yield from _policy(subject, stack)


def _demands_key(policy: Resource, stack: JudgedStack) -> Truth:
    # An authority without a key, such as `static`, lets images pass or fail whoever signed them.
    return any_of(_is_our_key(each, stack) for each in policy.at("spec.authorities").items())


def _is_our_key(authority: Value, stack: JudgedStack) -> Truth:
    """Whether an authority is a key of KMS in the account, by its whole ARN."""
    kms, account = authority.at("key.kms"), stack.context.account
    if not kms.is_known:
        # The key is the foundation's: it comes by a reference to that stack.
        return Truth.YES if kms.is_set else Truth.UNSURE
    if account is None:
        return kms.is_given & Truth.UNSURE
    return kms.test(lambda raw: bool(OWN_KEY.fullmatch(raw)) and raw.split(":")[5] == account)


def _is_identity(authority: Value) -> Truth:
    """Whether an authority pins who signed without a key: an issuer and a subject, neither by a pattern."""
    identities = authority.at("keyless.identities").items()
    pinned = [
        each.at("issuer").is_given & each.at("subject").is_given & _is_exact(each) for each in identities
    ]
    return all_of(pinned) & bool(identities)


def _is_exact(identity: Value) -> Truth:
    whole = (identity.at(key).test(lambda raw: "*" not in raw) for key in ("issuer", "subject"))
    patterns = (identity.at(key).is_absent for key in ("issuerRegExp", "subjectRegExp"))
    return all_of((*whole, *patterns))


def _controller(release: Resource) -> Iterator[Claim]:
    webhook = release.at("values.webhook")
    # The chart's defaults fail closed and deny what no policy matches: left out is as good as set.
    closed = webhook.at("failurePolicy").equals("Fail", missing=True)
    yield claim(closed, f"`{webhook.path}.failurePolicy` is not `Fail`")
    unmatched = webhook.at("configData").key("no-match-policy").equals("deny", missing=True)
    yield claim(unmatched, f"`{webhook.path}.configData.no-match-policy` is not `deny`")
    labels = webhook.at("namespaceSelector.matchLabels")
    yield claim(labels.is_absent, f"`{labels.path}` leaves namespaces out")
    # Expressions add up, so one more would leave out namespaces of teams.
    selector = webhook.at("namespaceSelector.matchExpressions").items()
    teams = [each.at("key").equals(STACK_LABEL) & each.at("operator").equals("Exists") for each in selector]
    yield claim(
        any_of(teams) & (len(selector) == 1),
        f"it does not look at all namespaces with the label `{STACK_LABEL}`",
    )


def _policy(policy: Resource, stack: JudgedStack) -> Iterator[Claim]:
    yield claim(policy.at("spec.mode").equals("enforce", missing=True), "`spec.mode` is not `enforce`")
    authorities = policy.at("spec.authorities").items()
    yield claim(bool(authorities), "`spec.authorities` is empty")
    for each in authorities:
        passes = each.at("static.action").is_given
        signed = _is_our_key(each, stack) | _is_identity(each)
        yield claim(
            passes | signed, f"`{each.path}` is neither a key of the account nor one identity, by name"
        )
        # With a time stamp, a log or a source of others a key of ours is not what decides.
        for key in ("source", "ctlog", "rfc3161timestamp", "attestations"):
            yield claim(each.at(key).is_absent, f"`{each.path}.{key}` takes signatures from elsewhere")
    for key in ("match", "policy"):
        yield claim(policy.at(f"spec.{key}").is_absent, f"`spec.{key}` narrows whom it is asked of")
    unsigned = any_of(each.at("static.action").equals("pass") for each in authorities)
    yield claim(~unsigned | (len(authorities) == 1), "`static` passes beside a key: the key asks nobody")
    for image in policy.at("spec.images").items():
        named = image.at("glob").test(lambda glob: _names_a_repository(str(glob), stack))
        message = f"`{image.path}.glob` lets images pass that are not of one repository of others"
        yield claim(~unsigned | named, message)
        hosted = image.at("glob").test(
            lambda glob: looks_like_host(glob.partition("/")[0]) and "*" not in glob.partition("/")[0]
        )
        yield claim(hosted, f"`{image.path}.glob` names no registry")


def _names_a_repository(glob: str, stack: JudgedStack) -> bool:
    # A model server of KServe passes by its repository, wherever nodes pull it; the account's own are signed in CI.
    account = stack.context.account or ""
    upstream = upstream_name(glob, account)
    own = upstream == glob and is_of_account(glob, account)
    return "*" not in glob.partition("@")[0] and "/" in upstream and not own


RULES = (
    Rule(
        id="K8-10",
        name="images-signed",
        title="Only signed images run in a team's namespace",
        why="A digest says that an image did not change, not that it came from the pipeline.",
        fix="Set `signatures.required` on the platform, name who signs in `images.signers` of its foundation, "
        "and let CI sign what it pushes (docs/guides/signing.md).",
        cluster="the webhook of sigstore's policy controller, where `signatures.required`",
        severity=Severity.HIGH,
        enforcement=BEYOND_DEV,
        security="regulated",
        owner="security",
        controls=("CIS K8s 5.5.1", "SI-7(15)"),
        scope="stack",
        kinds=(PULUMI_STACK, NAMESPACE, HELM_RELEASE, *POLICIES),
        check=_signed,
        note="A team's stack stands on a platform of at least its level, and that platform's plan is judged for the "
        "controller and its policies.",
    ),
)
