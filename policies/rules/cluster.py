"""Rules of EKS clusters: access to them, their endpoint, and the support of their version."""

from collections.abc import Iterator
from datetime import timedelta

from policies.addresses import is_world
from policies.cluster_rights import is_group_of
from policies.resources import JudgedStack, Resource
from policies.rule import BEYOND_DEV, EVERYWHERE, Claim, Rule, Severity, advice, claim
from policies.values import Truth, Undetermined, Value, all_of, any_of
from reference.releases import releases
from reference.vocabulary import (
    ACCESS_ENTRY,
    ACCESS_POLICY_ASSOCIATION,
    CONFIG_MAP,
    EKS_CLUSTER,
    EKS_IDENTITY_PROVIDER,
    OIDC_PREFIX,
    hub_namespace,
)


def _access(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == EKS_CLUSTER:
        mode = subject.at("accessConfig.authenticationMode").equals("API")
        yield claim(mode, "`accessConfig.authenticationMode` is not `API`")
        # Left out, EKS makes the creator an admin for ever, by an entry that is in no plan.
        creator = subject.at("accessConfig.bootstrapClusterCreatorAdminPermissions").equals(False)
        yield claim(creator, "`accessConfig.bootstrapClusterCreatorAdminPermissions` is not false")
    elif subject.kind == ACCESS_ENTRY:
        groups = subject.at("kubernetesGroups").items()
        system = any_of(each.test(lambda raw: str(raw).startswith("system:")) for each in groups)
        yield claim(~system, "`kubernetesGroups` holds a group of the system")
        own = all_of(each.test(lambda raw: is_group_of(str(raw), stack.context.stack)) for each in groups)
        yield claim(own | (stack.context.kind != "team"), "`kubernetesGroups` holds one of another team")
    elif subject.kind == CONFIG_MAP:
        yield claim(~subject.at("metadata.name").equals("aws-auth"), "`aws-auth` is not who gets in")
    else:
        is_foundation = stack.context.kind == "foundation"
        narrow = subject.at("accessScope.type").equals("namespace")
        yield claim(narrow | is_foundation, "`accessScope` is the whole cluster, for a team")
        for each in subject.at("accessScope.namespaces").items() if not is_foundation else ():
            own = each.one_of(stack.context.stack, hub_namespace(stack.context.stack))
            yield claim(own, f"`{each.path}` is no namespace of this stack")


def _people(provider: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    oidc = provider.at("oidc")
    for key in ("groupsPrefix", "usernamePrefix"):
        # Left out, a group of the provider may have the name of one of the cluster; `-` turns the prefix off.
        known = oidc.at(key).equals(OIDC_PREFIX)
        yield claim(
            known, f"`oidc.{key}` is not `{OIDC_PREFIX}`, by which admission knows people of the provider"
        )
    encrypted = oidc.at("issuerUrl").test(lambda url: str(url).startswith("https://"))
    yield claim(encrypted, "`oidc.issuerUrl` does not begin with `https://`")
    yield claim(oidc.at("groupsClaim").is_given, "`oidc.groupsClaim` is not set: nobody would be in a group")


def _endpoint(cluster: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    config = cluster.at("vpcConfig")
    # Left out, the public endpoint is on, and open to every address.
    public = ~config.at("endpointPublicAccess").equals(False)
    listed = _few(config.at("publicAccessCidrs")) if public is not Truth.NO else Truth.YES
    yield claim(~public | listed, "`vpcConfig.endpointPublicAccess` is not false, which is open to the world")
    private = config.at("endpointPrivateAccess").equals(True)
    yield claim(private, "`vpcConfig.endpointPrivateAccess` is not true")


def _few(cidrs: Value) -> Truth:
    """Whether networks are listed, and are not the world together."""
    try:
        return cidrs.is_given & (not is_world([each.text() for each in cidrs.items()]))
    except ValueError:
        raise Undetermined(f"{cidrs.path}, which holds what is no network") from None


def _version(cluster: Resource, stack: JudgedStack) -> Iterator[Claim]:
    version = cluster.at("version")
    yield claim(version.is_given, "`version` is not set, so AWS chooses it")
    extended = cluster.at("upgradePolicy.supportType").equals("EXTENDED")
    rows = [row for row in releases() if version.equals(row.kubernetes)]
    yield claim(bool(rows), "`version` is in no release of the platform")
    # Rows of several releases may have one version: the last has the dates that were read last.
    for row in rows[-1:]:
        ends = row.extended_support_ends if extended else row.standard_support_ends
        left = ends - stack.context.as_of
        # A clone must not stop working on a day: whether the end of support refuses is the organisation's choice.
        judged = claim if stack.settings.refuse_old_releases else advice
        yield judged(left >= timedelta(0), f"Kubernetes {row.kubernetes} is supported no more since {ends}")
        warned = left >= timedelta(days=stack.settings.support_warning_days)
        yield advice(
            warned or left < timedelta(0), f"Kubernetes {row.kubernetes} is supported until {ends} alone"
        )


RULES = (
    Rule(
        id="ID-07",
        name="cluster-access-api",
        title="Who gets into a cluster is an access entry, and a team gets into its namespace alone",
        why="`aws-auth` is a config map that anybody with write access edits; its creator is admin for ever.",
        fix="Use authentication mode API, no creator admin, and access policies scoped to namespaces for teams.",
        cluster="only the plan: access entries are of EKS, and the cluster takes the groups that they give",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CIS K8s 5.1.1", "CIS K8s 5.1.7", "AISF-RUNTIME-01"),
        scope="stack",
        kinds=(EKS_CLUSTER, ACCESS_ENTRY, ACCESS_POLICY_ASSOCIATION, CONFIG_MAP),
        check=_access,
    ),
    Rule(
        id="K8-15",
        name="people-keep-their-prefix",
        title="People and groups of a cluster's OIDC provider have a prefix that nothing else has",
        why=(
            "Without one, whoever makes groups in the company's login makes groups of the cluster; by it admission "
            "knows who is a person of a team."
        ),
        fix="Declare the provider in `identity.people` of the foundation, which sets prefixes and claims.",
        cluster="`paved-members` judges whoever comes with the prefix; EKS sets it, before RBAC is asked",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CIS K8s 5.1.7", "AC-2"),
        kinds=(EKS_IDENTITY_PROVIDER,),
        check=_people,
    ),
    Rule(
        id="NW-03",
        name="eks-private-endpoint",
        title="A cluster's API is reached from its VPC",
        why="The public endpoint is on unless it is switched off, and answers the whole internet.",
        fix="Set `endpointPublicAccess: false` and `endpointPrivateAccess: true`, or list public networks.",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_38", "CKV_AWS_39", "FSBP EKS.1"),
        kinds=(EKS_CLUSTER,),
        check=_endpoint,
    ),
    Rule(
        id="RE-07",
        name="eks-version",
        title="A cluster runs a Kubernetes version of a release, within its support",
        why="After the end of support AWS upgrades the control plane on a day of its own choice.",
        fix="Move the stack to a newer release, or to extended support.",
        severity=Severity.HIGH,
        enforcement=BEYOND_DEV,
        owner="platform",
        controls=("CKV_AWS_339", "FSBP EKS.2"),
        advises=True,
        kinds=(EKS_CLUSTER,),
        check=_version,
    ),
)
