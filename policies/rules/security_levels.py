"""Rules that bind from a level of security on: what a hardened or a regulated stack holds beyond the standard."""

from collections.abc import Iterator

from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, any_of
from reference.vocabulary import ACCESS_POLICY_ASSOCIATION, LOG_GROUP, PULUMI_STACK, VPC, VPC_ENDPOINT

ADMISSION = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding"
SECRET_POLICIES = (
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSSecretAdminPolicy",
    "AmazonEKSSecretReaderPolicy",
)
"""Access policies that, over a whole cluster, read every Secret; the first three change every workload as well."""
DATA_SERVICES = ("s3", "ecr.api", "ecr.dkr", "experiments", "kms", "logs", "secretsmanager", "sts")
"""Services that data, models, their keys and what is recorded of them pass through; `experiments` is MLflow."""
DAYS_OF_LOGS = 365
"""An auditor asks for a year."""


def _dedicated(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "platform":
        return
    team = stack.context.dedicated_to
    yield claim(bool(team), "`tenancy.dedicated_to` names no team")
    if team:
        # The file's promise is kept in the cluster: a namespace can come from elsewhere than from a stack.
        policies = stack.of(ADMISSION)
        enforced = any_of(_admits_only(team, each) & _is_enforced(each, stack) for each in policies)
        yield claim(enforced, f"no ValidatingAdmissionPolicy keeps out namespaces of others than `{team}`")


def _admits_only(team: str, admission: Resource) -> Truth:
    constraints = admission.at("spec.matchConstraints.resourceRules")
    about = any_of(each.at("resources").contains("namespaces") for each in constraints.items())
    fails = admission.at("spec.failurePolicy").equals("Fail", missing=True)
    pins = any_of(
        each.at("expression").test(lambda text: str(text).endswith(f" == '{team}'"))
        for each in admission.at("spec.validations").items()
    )
    return about & fails & pins


def _is_enforced(admission: Resource, stack: JudgedStack) -> Truth:
    # A policy without a binding is not evaluated, and one that is bound to `Warn` or `Audit` lets everything in.
    name = admission.value.at("metadata.name").raw
    return any_of(
        each.at("spec.policyName").equals(name) & each.at("spec.validationActions").contains("Deny")
        for each in stack.of(BINDING)
    )


def _one_reader(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    associations = stack.of(ACCESS_POLICY_ASSOCIATION)
    others = any_of(_reads_secrets(each) for each in associations if each.urn != subject.urn)
    alone = ~(_reads_secrets(subject) & others)
    yield claim(alone, "`policyArn` lets its role read every Secret of the cluster, as another's does")


def _reads_secrets(association: Resource) -> Truth:
    policy = association.at("policyArn").test(lambda arn: str(arn).rpartition("/")[2] in SECRET_POLICIES)
    return policy & association.at("accessScope.type").equals("cluster")


def _kept_a_year(group: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    # No retention is for ever, which is long enough here; that it has none is DR-08's finding.
    kept = group.at("retentionInDays").test(
        lambda days: int(days) == 0 or int(days) >= DAYS_OF_LOGS, missing=True
    )
    yield claim(kept, f"`retentionInDays` is less than {DAYS_OF_LOGS}")


def _reached_inside(vpc: Resource, stack: JudgedStack) -> Iterator[Claim]:
    found = stack.companions(vpc, VPC_ENDPOINT, "vpcId")
    for service in DATA_SERVICES:
        there = any_of(_serves(each, service) for each in found) | stack.unresolved(VPC_ENDPOINT, "vpcId")
        yield claim(there, f"no VpcEndpoint of it, with private DNS or as a gateway, is for `{service}`")


def _serves(endpoint: Resource, service: str) -> Truth:
    # Without private DNS the service's name leads through NAT as before. A gateway works by routes.
    named = endpoint.at("serviceName").test(lambda name: str(name).endswith(f".{service}"))
    gateway = endpoint.at("vpcEndpointType").equals("Gateway", missing=True)
    return named & (gateway | endpoint.at("privateDnsEnabled").equals(True))


RULES = (
    Rule(
        id="SE-02",
        name="dedicated-platform",
        title="A regulated platform serves one team, and its cluster refuses the namespaces of others",
        why="Teams of one cluster share its operators, its kernels and the day on which one of them is broken.",
        fix="Name the team in `tenancy.dedicated_to`, and move the other teams to a platform of theirs.",
        cluster="`paved-tenants`: the cluster takes no other team's namespace",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("AC-4", "SC-4", "SC-7"),
        scope="stack",
        security="regulated",
        kinds=(PULUMI_STACK,),
        check=_dedicated,
    ),
    Rule(
        id="SE-03",
        name="one-admin",
        title="One standing role is admin of a regulated cluster or reads its Secrets: the one that deploys",
        why="What an admin does by hand is in no plan, and `view` reads the Secrets of every namespace.",
        fix="Give the other roles of `cluster.access` the policy `workloads`.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("AC-6",),
        scope="stack",
        security="regulated",
        kinds=(ACCESS_POLICY_ASSOCIATION,),
        check=_one_reader,
        note="It sees who has access by an entry; whoever administers the account can give himself one.",
    ),
    Rule(
        id="SE-04",
        name="logs-for-a-year",
        title="Logs of a regulated stack are kept for a year, in dev as well",
        why="An intrusion is found after months, and `log_days` of the organisation may ask for less.",
        fix="Set `retentionInDays` to 365 or more: `network.flow_log_days` and `cluster.log_days` of a foundation.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_338", "AU-11"),
        security="regulated",
        kinds=(LOG_GROUP,),
        check=_kept_a_year,
    ),
    Rule(
        id="SE-05",
        name="services-inside",
        title="The services that regulated data passes through are reached inside the VPC",
        why="A way through NAT is one that an endpoint policy cannot close.",
        fix="Give the VPC an endpoint for each; `network.private_mlflow` makes the one of MLflow.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("SC-7",),
        scope="stack",
        security="regulated",
        kinds=(VPC,),
        check=_reached_inside,
        note="It asks for the way, not for the absence of another: nodes may still reach the internet through NAT.",
    ),
)
