"""Rules of signatures: in a team's namespace only signed images run, and none where nobody can verify them."""

from collections.abc import Iterator

from policies.resources import JudgedStack, Resource
from policies.rule import BEYOND_DEV, Claim, Rule, Severity, claim
from policies.values import Truth, any_of
from reference.registries import is_of_account, upstream_name
from reference.vocabulary import HELM_RELEASE, NAMESPACE, PULUMI_STACK, STACK_LABEL, hub_namespace

POLICIES = tuple(
    f"kubernetes:policy.sigstore.dev/{version}:ClusterImagePolicy" for version in ("v1alpha1", "v1beta1")
)
CONTROLLER = "policy-controller"
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
            demanded = any_of(_demands_key(each) for each in stack.of(*POLICIES))
            yield claim(demanded, "no ClusterImagePolicy names a key that images are signed with")
    elif subject.kind == HELM_RELEASE:
        if subject.at("name").equals(CONTROLLER):
            yield from _controller(subject)
    else:
        yield from _policy(subject, stack)


def _demands_key(policy: Resource) -> Truth:
    # An authority without a key, such as `static`, lets images pass or fail whoever signed them.
    return any_of(
        each.at("key.kms").is_given | each.at("key.data").is_given | each.at("key.secretRef").is_given
        for each in policy.at("spec.authorities").items()
    )


def _controller(release: Resource) -> Iterator[Claim]:
    webhook = release.at("values.webhook")
    # The chart's defaults fail closed and deny what no policy matches: left out is as good as set.
    closed = webhook.at("failurePolicy").equals("Fail", missing=True)
    yield claim(closed, f"`{webhook.path}.failurePolicy` is not `Fail`")
    unmatched = webhook.at("configData").key("no-match-policy").equals("deny", missing=True)
    yield claim(unmatched, f"`{webhook.path}.configData.no-match-policy` is not `deny`")
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
    unsigned = any_of(each.at("static.action").equals("pass") for each in authorities)
    for image in policy.at("spec.images").items():
        named = image.at("glob").test(lambda glob: _names_a_repository(str(glob), stack))
        message = f"`{image.path}.glob` lets images pass that are not of one repository of others"
        yield claim(~unsigned | named, message)


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
