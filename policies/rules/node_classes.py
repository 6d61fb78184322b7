"""The rule of what pods stand on: node classes and volumes are those that the platform makes."""

import re
from collections.abc import Iterator

from policies.resources import EFS_FILE_SYSTEM, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, any_of
from reference.names import PREFIX, role_name
from reference.vocabulary import (
    DISCOVERY_TAG,
    EC2_NODE_CLASS,
    HAND_OVER_NAMESPACE,
    LAUNCH_TEMPLATE,
    LUSTRE_FILE_SYSTEM,
    NAMESPACE,
    STORAGE_CLASS,
)

PERSISTENT_VOLUME = "kubernetes:core/v1:PersistentVolume"
MOUNTPOINT = "s3.csi.aws.com"
DRIVERS = ("ebs.csi.aws.com", "efs.csi.aws.com", "fsx.csi.aws.com", MOUNTPOINT)
"""The drivers that the platform installs, by which it also makes volumes."""
FILE_SYSTEMS = (LUSTRE_FILE_SYSTEM, EFS_FILE_SYSTEM)
ALIAS = re.compile(r"^(al2023|bottlerocket)@v\d[\w.]*$")
"""An image of AWS's by a version: `latest` changes on a day of AWS's choice."""
NOT_A_SOURCE = (
    *("accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy"),
    *("storageClassName", "volumeAttributesClassName", "volumeMode"),
)
"""Fields of a PersistentVolume's spec beside the one that says where it is."""


def _own(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == EC2_NODE_CLASS:
        yield from _node_class(subject, stack)
    elif subject.kind == LAUNCH_TEMPLATE:
        own = subject.at("imageId").is_absent
        yield claim(own, "`imageId` is another image than EKS's of the cluster's version")
    elif subject.kind == STORAGE_CLASS:
        known = subject.at("provisioner").one_of(*DRIVERS)
        yield claim(known, "`provisioner` is no driver of the platform")
    else:
        yield from _volume(subject, stack)


def _node_class(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    terms = subject.at("spec.amiSelectorTerms").items()
    yield claim(bool(terms), "`spec.amiSelectorTerms` is empty")
    for each in terms:
        by_alias = each.at("alias").test(lambda raw: bool(ALIAS.match(str(raw))))
        yield claim(by_alias, f"`{each.path}` is not an image of AWS's by alias and version")
    public = subject.at("spec.associatePublicIPAddress").equals(False, missing=True)
    yield claim(public, "`spec.associatePublicIPAddress` is not false")
    profile = subject.at("spec.instanceProfile")
    yield claim(profile.is_absent, f"`{profile.path}` gives nodes a role that no plan names")
    foundations: set[str] = set()
    for key in ("subnetSelectorTerms", "securityGroupSelectorTerms"):
        for each in subject.at(f"spec.{key}").items():
            tag = each.at("tags").key(DISCOVERY_TAG)
            named = tag.test(lambda raw: str(raw).startswith(f"{PREFIX}-"))
            yield claim(named, f"`{each.path}` is not by the tag `{DISCOVERY_TAG}` of a foundation")
            foundations |= {tag.text().removeprefix(f"{PREFIX}-")} - {""}
    yield claim(len(foundations) == 1, "its subnets and security groups are not by the tag of one foundation")
    roles = [_role(each, stack) for each in foundations]
    yield claim(subject.at("spec.role").one_of(*roles), "`spec.role` is not that of this stack's nodes")


def _role(foundation: str, stack: JudgedStack) -> str:
    """The role that a foundation makes for the nodes of a team, or for the platform's own."""
    if stack.context.kind in ("team", None):
        # Of a stack without a file no team is known, and no role is its own.
        return role_name(f"{foundation}.node", stack.context.team) if stack.context.team else ""
    return role_name(foundation, "karpenter-node")


def _volume(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    sources = [key for key, _ in subject.at("spec").entries() if key not in NOT_A_SOURCE]
    yield claim(sources == ["csi"], "`spec` is of another source than `csi`")
    driver = subject.at("spec.csi.driver")
    yield claim(driver.one_of(*DRIVERS), f"`{driver.path}` is no driver of the platform")
    yield from _source(subject, stack)
    # A volume that nobody is named for is the first claim's that fits, in whatever namespace.
    where = subject.at("spec.claimRef.namespace")
    own = [HAND_OVER_NAMESPACE, *(each.at("metadata.name").plain("") for each in stack.of(NAMESPACE))]
    yield claim(any_of(where.equals(name) for name in own), f"`{where.path}` is no namespace of this stack")


def _source(volume: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """Claim that a volume shows what its pods may read: by the pod's own role, or a file system of the stack."""
    csi = volume.at("spec.csi")
    if csi.at("driver").equals(MOUNTPOINT):
        source = csi.at("volumeAttributes.authenticationSource")
        yield claim(source.equals("pod"), f"`{source.path}` is not `pod`: the bucket is read by another role")
        return
    handle = csi.at("volumeHandle")
    own = any(each.kind in FILE_SYSTEMS for each in stack.targets(volume, "spec"))
    # The id of a file system is known once it is made: a text in a plan is one of elsewhere.
    named = Truth.of(own) if own or handle.is_known else Truth.UNSURE
    yield claim(named, f"`{handle.path}` is no file system of this stack")


RULES = (
    Rule(
        id="K8-18",
        name="own-node-classes-and-volumes",
        title="Nodes and volumes are what the platform makes of them: its image, its role, its drivers",
        why="Another image or role makes another node; a volume of a node's path, or that any claim may take, is "
        "everybody's.",
        fix="Name an image by alias and version, the role of the nodes of the foundation and its subnets by tag; make "
        "volumes by a driver of the platform, each for a claim of the stack's own namespace: of a bucket as the pod's "
        "own role, or of a file system of the stack.",
        cluster="only the plan: node classes and volumes are of no namespace, and no member writes them",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CIS K8s 5.2.11",),
        scope="stack",
        kinds=(EC2_NODE_CLASS, LAUNCH_TEMPLATE, PERSISTENT_VOLUME, STORAGE_CLASS),
        check=_own,
    ),
)
