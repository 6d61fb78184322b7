"""The rule of admission: the platform's policies stand whole, bite, and nothing changes objects behind them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policies.admission_text import choices, digest_of, may_be_chosen, own_literals, own_policies
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth
from reference.releases import chart_name
from reference.vocabulary import HELM_RELEASE, NAMESPACE, PULUMI_STACK, STACK_LABEL, hub_namespace

GROUP = "kubernetes:admissionregistration.k8s.io/v1:"
POLICY, BINDING = f"{GROUP}ValidatingAdmissionPolicy", f"{GROUP}ValidatingAdmissionPolicyBinding"
OTHERS = tuple(
    f"{GROUP}{kind}"
    for kind in (
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "ValidatingWebhookConfiguration",
    )
)
WITH_CHARTS = {
    "keda": ("paved-keda",),
    "kuberay-operator": ("paved-ray-clusters", "paved-ray-jobs"),
    "kubeflow-trainer": ("paved-job-sets", "paved-train-jobs"),
}
"""Policies that a platform has beside those of every platform, by the chart whose objects they judge."""
EMPTY = ("true", "!false", "1 == 1", "!(false)", "(true)")


def _bites(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == PULUMI_STACK:
        if stack.context.kind == "platform":
            yield from _all_there(stack)
    elif subject.kind == NAMESPACE:
        yield from _covered(subject, stack)
    elif subject.kind in OTHERS:
        yield claim(
            False, "it changes or refuses objects as no component does: webhooks come of charts alone"
        )
    elif subject.kind == BINDING:
        yield from _binding(subject, stack)
    else:
        yield from _policy(subject, stack)


def _all_there(stack: JudgedStack) -> Iterator[Claim]:
    charts = {chart_name(each.at("chart").text()) for each in stack.of(HELM_RELEASE)}
    wanted = [*own_policies()["always"]]
    for chart in sorted(charts & set(WITH_CHARTS)):
        wanted += WITH_CHARTS[chart]
    for name in wanted:
        yield claim(name in stack.derived(_names), f"no ValidatingAdmissionPolicy is `{name}`")


def _covered(namespace: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind not in ("team", None):
        return
    # Policies select namespaces by the label: without it nothing of the platform's holds in one.
    hub = namespace.at("metadata.name").equals(hub_namespace(stack.context.stack))
    label = namespace.at("metadata.labels").key(STACK_LABEL)
    yield claim(
        label.equals(stack.context.stack) | hub, f"its label `{STACK_LABEL}` is not `{stack.context.stack}`"
    )


def _binding(binding: Resource, stack: JudgedStack) -> Iterator[Claim]:
    denies = binding.at("spec.validationActions").contains("Deny")
    yield claim(
        denies, "`spec.validationActions` does not hold `Deny`: what breaks the policy is let through"
    )
    for key in ("matchResources", "paramRef"):
        yield claim(binding.at(f"spec.{key}").is_absent, f"`spec.{key}` narrows what the policy judges")
    made = binding.at("spec.policyName").test(lambda name: str(name) in stack.derived(_names))
    yield claim(made, "`spec.policyName` is no policy of this stack")


def _names(stack: JudgedStack) -> frozenset[str]:
    return frozenset(each.at("metadata.name").text() for each in stack.of(POLICY))


def _bound(stack: JudgedStack) -> frozenset[str]:
    return frozenset(each.at("spec.policyName").text() for each in stack.of(BINDING))


def _policy(policy: Resource, stack: JudgedStack) -> Iterator[Claim]:
    closed = policy.at("spec.failurePolicy").equals("Fail", missing=True)
    yield claim(closed, "`spec.failurePolicy` is not `Fail`: what cannot be judged is let through")
    yield claim(
        policy.at("spec.paramKind").is_absent, "`spec.paramKind` lets an object decide what it judges"
    )
    name = policy.at("metadata.name").text()
    yield claim(
        policy.is_patch or name in stack.derived(_bound), "no ValidatingAdmissionPolicyBinding binds it"
    )
    row = _row(name, stack)
    if row is not None and policy.is_patch:
        yield claim(Truth.UNSURE, "it changes a policy of the platform, of which the rest is not known here")
    elif row is not None:
        spec = policy.at("spec").plain({})
        yield from _as_written(spec if isinstance(spec, Mapping) else {}, row, stack)
    else:
        validations = policy.at("spec.validations").items()
        yield claim(bool(validations), "`spec.validations` is empty")
        for each in validations:
            says = each.at("expression").test(lambda raw: not _is_empty(str(raw)))
            yield claim(says, f"`{each.path}.expression` holds whatever is asked")


def _is_empty(expression: str) -> bool:
    text = " ".join(expression.split())
    return text in EMPTY or text.endswith("|| true") or text.startswith(("true ||", "true? "))


def _row(name: str, stack: JudgedStack) -> Mapping[str, Any] | None:
    """The row of a policy that components write; None of one that is not the platform's."""
    rows: Mapping[str, Mapping[str, Any]] = own_policies()["policies"]
    if name == f"paved-notebooks-{stack.context.stack}":
        return rows["paved-notebooks-"]
    return rows.get(name)


def _as_written(spec: Mapping[str, Any], row: Mapping[str, Any], stack: JudgedStack) -> Iterator[Claim]:
    """Claim that a policy of the platform's judges what components have it judge, by the same expressions."""
    own = row["match"] or _of_one_namespace(stack.context.stack)
    yield claim(
        spec.get("matchConstraints") == own, "`spec.matchConstraints` is not what the platform has it judge"
    )
    for key, what in (("matchConditions", "conditions"), ("variables", "variables")):
        found = dict(
            zip((str(each.get("name")) for each in _listed(spec, key)), _digests(spec, key), strict=True)
        )
        held = any(found == variant[what] for variant in row["variants"])
        yield claim(held, f"`spec.{key}` are not those that the platform writes")
    # One more refuses more. One less, or one that says something else, lets through what it refused.
    validations = set(_digests(spec, "validations"))
    lacking = set(row["validations"]) - validations
    whole = not lacking and any(validations.issuperset(each["validations"]) for each in row["variants"])
    yield claim(whole, "`spec.validations` lack what the platform refuses")
    strange = [each for each in _chosen(spec) if not may_be_chosen(each, stack.context)]
    yield claim(not strange, "an expression names what no stack file of this platform may choose")


def _listed(spec: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = spec.get(key) or []
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _digests(spec: Mapping[str, Any], key: str) -> list[str]:
    return [digest_of(str(each.get("expression")), own_literals()) for each in _listed(spec, key)]


def _of_one_namespace(stack: str) -> Mapping[str, Any]:
    rows: Mapping[str, Mapping[str, Any]] = own_policies()["policies"]
    rule: Sequence[Any] = rows["paved-new-pods"]["match"]["resourceRules"]
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": stack}},
        "resourceRules": rule,
    }


def _chosen(spec: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for key in ("matchConditions", "variables", "validations"):
        for each in _listed(spec, key):
            found |= choices(str(each.get("expression")), own_literals())
    return found


RULES = (
    Rule(
        id="K8-16",
        name="admission-bites",
        title="The platform's admission policies stand, are bound, refuse, and judge what components have them judge",
        why="A policy that only warns, leaves a kind out or holds by `|| true` is there and refuses nothing.",
        fix="Leave policies and bindings to the components. Validations may be added; nothing is taken away, no "
        "binding narrowed, and nothing of the stack's changes objects on their way in.",
        cluster=(
            "only the plan: no member and no operator of a team's namespace writes admission, which the "
            "deployer may"
        ),
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CIS K8s 5.2.1", "CM-7", "SI-7"),
        scope="stack",
        kinds=(PULUMI_STACK, NAMESPACE, POLICY, BINDING, *OTHERS),
        check=_bites,
        note="Expressions of the platform's own policies are compared with those that the components write "
        "(reference/data/admission.json); what a stack file chooses in them is held to that file, names of pools, "
        "priorities and teams aside. Of any other policy it is told that it is bound, fails closed and is not empty.",
    ),
)
