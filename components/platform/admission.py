"""The admission policies of team namespaces: requests that the API server refuses, from everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.platform.admission_frameworks import job_kinds, match_conditions
from components.platform.admission_grants import NO_GRANTS, Grants, with_grants
from components.platform.admission_jobs import new_pod_rules
from components.platform.admission_objects import (
    ENTRANCES,
    entrance_rules,
    member_conditions,
    member_rules,
    operator_conditions,
    operator_rules,
    service_rules,
)
from components.platform.admission_promotions import promotion_conditions, promotion_rules
from components.platform.admission_rule import AdmissionRules
from components.platform.admission_rules import JobChoices, name_rules, pod_rules, tenancy_rules
from components.platform.frameworks import FrameworkName
from reference.vocabulary import STACK_LABEL

Match = k8s.admissionregistration.v1.MatchResourcesArgs
Target = k8s.admissionregistration.v1.NamedRuleWithOperationsArgs


@dataclass(frozen=True, kw_only=True)
class AdmissionArgs:
    """Names of the platform's stacks end in `environment`. `dedicated_to` is the one team it serves, None for any.

    `choices` are the classes a job may name, `frameworks` those whose jobs are judged as well.
    """

    environment: str
    data_classes: Sequence[str]
    dedicated_to: str | None
    choices: JobChoices
    frameworks: Sequence[FrameworkName]
    labels: Mapping[str, str]
    grants: Grants = NO_GRANTS


class Admission(ComponentResource):
    """Admission policies that the API server evaluates itself: nothing to install, and nothing to be down."""

    def __init__(self, name: str, args: AdmissionArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:Admission", name, {}, opts)
        for policy in policies(args):
            make_policy(f"{name}-{policy.name}", policy, args.labels, self)
        self.register_outputs({})


def make_policy(
    name: str, policy: "Policy", labels: Mapping[str, str], parent: Resource
) -> k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding:
    """A policy and its binding, which refuses what the policy does."""
    metadata = k8s.meta.v1.ObjectMetaArgs(name=policy.name, labels=dict(labels))
    made = k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
        name, metadata=metadata, spec=policy_spec(policy), opts=ResourceOptions(parent=parent)
    )
    return k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
        name,
        metadata=metadata,
        spec=k8s.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpecArgs(
            policy_name=policy.name, validation_actions=["Deny"]
        ),
        opts=ResourceOptions(parent=parent, depends_on=[made]),
    )


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules on the requests that match, under conditions."""

    name: str
    match: Match
    rules: AdmissionRules
    conditions: Mapping[str, str] = field(default_factory=dict)


def policies(args: AdmissionArgs) -> list[Policy]:
    """The policies of a platform: of pods, of each kind of job, of whatever else is made, and of namespaces."""
    # An update of a pod may add tolerations.
    found = [
        of_teams(
            "paved-pods", [target("", "pods", "CREATE", "UPDATE")], with_grants(pod_rules(), args.grants)
        ),
        of_teams("paved-new-pods", [target("", "pods", "CREATE")], new_pod_rules(args.choices.images)),
    ]
    for kind in job_kinds(args.frameworks, args.choices):
        jobs = [target(kind.group, kind.resource, "CREATE", "UPDATE")]
        found.append(of_teams(kind.policy, jobs, with_grants(kind.rules, args.grants), match_conditions()))
    jobs = [target("batch", "jobs", "CREATE", "UPDATE")]
    found.append(of_teams("paved-promotions", jobs, promotion_rules(), promotion_conditions()))
    entrances = [target(group, kind, "CREATE", "UPDATE") for group, kind in ENTRANCES]
    everything = target("*", "*", "CREATE", "UPDATE")
    namespaces = [target("", "namespaces", "CREATE", "UPDATE")]
    anything = target("*", "*", "CREATE", "UPDATE", "DELETE")
    return [
        *found,
        of_teams("paved-services", [target("", "services", "CREATE", "UPDATE")], service_rules()),
        of_teams("paved-entrances", entrances, entrance_rules()),
        of_teams("paved-operators", [everything], operator_rules(), operator_conditions()),
        of_teams("paved-members", [anything], member_rules(), member_conditions()),
        Policy(
            name="paved-names",
            match=Match(resource_rules=namespaces),
            rules=name_rules(args.environment),
        ),
        Policy(
            name="paved-tenants",
            match=Match(resource_rules=namespaces, object_selector=teams()),
            rules=tenancy_rules(args.data_classes, args.dedicated_to),
        ),
    ]


def of_teams(
    name: str, requests: list[Target], rules: AdmissionRules, conditions: Mapping[str, str] | None = None
) -> Policy:
    """A policy on requests in teams' namespaces."""
    match = Match(resource_rules=requests, namespace_selector=teams())
    return Policy(name=name, match=match, rules=rules, conditions=conditions or {})


def teams() -> k8s.meta.v1.LabelSelectorArgs:
    """The selector of whatever has the label of a stack."""
    return k8s.meta.v1.LabelSelectorArgs(
        match_expressions=[k8s.meta.v1.LabelSelectorRequirementArgs(key=STACK_LABEL, operator="Exists")]
    )


def policy_spec(policy: Policy) -> k8s.admissionregistration.v1.ValidatingAdmissionPolicySpecArgs:
    """The spec of a policy. A request that cannot be judged is refused."""
    condition_args = [
        k8s.admissionregistration.v1.MatchConditionArgs(name=name, expression=expression)
        for name, expression in policy.conditions.items()
    ]
    variables = [
        k8s.admissionregistration.v1.VariableArgs(name=name, expression=expression)
        for name, expression in policy.rules.variables.items()
    ]
    validations = [
        k8s.admissionregistration.v1.ValidationArgs(
            expression=rule.expression, message_expression=rule.message, reason="Forbidden"
        )
        for rule in policy.rules.rules
    ]
    return k8s.admissionregistration.v1.ValidatingAdmissionPolicySpecArgs(
        failure_policy="Fail",
        match_constraints=policy.match,
        match_conditions=condition_args or None,
        variables=variables,
        validations=validations,
    )


def target(group: str, resource: str, *operations: str) -> Target:
    """Requests for one kind of object of a namespace, or for namespaces, in any version of its group."""
    return Target(
        api_groups=[group],
        api_versions=["*"],
        operations=list(operations),
        resources=[resource],
        # A namespace's selector does not hold back requests for objects of none, but for namespaces themselves.
        scope="Cluster" if resource == "namespaces" else "Namespaced",
    )
