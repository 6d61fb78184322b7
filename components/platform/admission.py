"""The admission policies of team namespaces: requests that the API server refuses, from everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, ResourceOptions

from components.platform.admission_frameworks import job_kinds, match_conditions
from components.platform.admission_grants import NO_GRANTS, Grants, with_grants
from components.platform.admission_rules import AdmissionRules, JobChoices, pod_rules, tenancy_rules
from components.platform.frameworks import FrameworkName
from reference.vocabulary import STACK_LABEL

Match = k8s.admissionregistration.v1.MatchResourcesArgs


@dataclass(frozen=True, kw_only=True)
class AdmissionArgs:
    """`dedicated_to` is the one team the platform serves, None for any. `choices` are the classes a job may name.

    `frameworks` are those whose jobs are judged as well.
    """

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
        self._name, self._labels = name, args.labels
        teams = k8s.meta.v1.LabelSelectorArgs(
            match_expressions=[k8s.meta.v1.LabelSelectorRequirementArgs(key=STACK_LABEL, operator="Exists")]
        )
        self._make_policy(
            "paved-pods",
            # An update may add tolerations.
            Match(resource_rules=[target("", "pods", "CREATE", "UPDATE")], namespace_selector=teams),
            with_grants(pod_rules(), args.grants),
        )
        for kind in job_kinds(args.frameworks, args.choices):
            jobs = target(kind.group, kind.resource, *kind.operations)
            self._make_policy(
                kind.policy,
                Match(resource_rules=[jobs], namespace_selector=teams),
                with_grants(kind.rules, args.grants),
                match_conditions(args.frameworks),
            )
        self._make_policy(
            "paved-tenants",
            Match(resource_rules=[target("", "namespaces", "CREATE", "UPDATE")], object_selector=teams),
            tenancy_rules(args.data_classes, args.dedicated_to),
        )
        self.register_outputs({})

    def _make_policy(
        self,
        policy_name: str,
        match: Match,
        rules: AdmissionRules,
        conditions: Mapping[str, str] | None = None,
    ) -> None:
        metadata = k8s.meta.v1.ObjectMetaArgs(name=policy_name, labels=dict(self._labels))
        policy = k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
            f"{self._name}-{policy_name}",
            metadata=metadata,
            spec=policy_spec(match, rules, conditions or {}),
            opts=ResourceOptions(parent=self),
        )
        k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
            f"{self._name}-{policy_name}",
            metadata=metadata,
            spec=k8s.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpecArgs(
                policy_name=policy_name, validation_actions=["Deny"]
            ),
            opts=ResourceOptions(parent=self, depends_on=[policy]),
        )


def policy_spec(
    match: Match, rules: AdmissionRules, conditions: Mapping[str, str]
) -> k8s.admissionregistration.v1.ValidatingAdmissionPolicySpecArgs:
    """The rules of one policy on the requests that match. A request that cannot be judged is refused."""
    condition_args = [
        k8s.admissionregistration.v1.MatchConditionArgs(name=name, expression=expression)
        for name, expression in conditions.items()
    ]
    variables = [
        k8s.admissionregistration.v1.VariableArgs(name=name, expression=expression)
        for name, expression in rules.variables.items()
    ]
    validations = [
        k8s.admissionregistration.v1.ValidationArgs(
            expression=rule.expression, message_expression=rule.message, reason="Forbidden"
        )
        for rule in rules.rules
    ]
    return k8s.admissionregistration.v1.ValidatingAdmissionPolicySpecArgs(
        failure_policy="Fail",
        match_constraints=match,
        match_conditions=condition_args or None,
        variables=variables,
        validations=validations,
    )


def target(
    group: str, resource: str, *operations: str
) -> k8s.admissionregistration.v1.NamedRuleWithOperationsArgs:
    """Requests for one kind of object, in any version of its group."""
    return k8s.admissionregistration.v1.NamedRuleWithOperationsArgs(
        api_groups=[group], api_versions=["*"], operations=list(operations), resources=[resource]
    )
