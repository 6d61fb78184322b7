"""The rule of strangers: no document, grant or access list lets in who is not ours."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.carriers import NamedPrincipal, documents, grants, is_of_aws
from policies.documents import Statement, statements
from policies.ours import Ours, ours
from policies.principals import is_account, stranger, strangers
from policies.resources import EVERY_KIND, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value
from reference.vocabulary import IAM_ROLE, UNKNOWN, VPC_ENDPOINT

ENDPOINT_POLICIES = (VPC_ENDPOINT, "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy")
OF_IDENTITIES = (
    "aws:eks/podIdentityAssociation:",
    "aws:iam/",
    "aws:iot/policy",
    "aws:organizations/",
    "aws:rolesanywhere/",
    "aws:ssoadmin/",
    "aws:transfer/",
)
"""Beginnings of types whose documents say what an identity may do. Of a role's trust, ID-05 asks this question."""
NO_DOCUMENT = ("aws:ecr/lifecyclePolicy:", "aws:ses/receiptFilter:", "aws:sns/dataProtectionPolicy:")
"""Beginnings of types whose `policy` lets nobody in."""
CLOSED_ACLS = ("private", "bucket-owner-full-control", "bucket-owner-read", "log-delivery-write")
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
FOR_EVERYBODY = ("aws:ecrpublic/repository:Repository",)
"""Types that are there for everybody to read."""


def _no_strangers(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if not is_of_aws(subject):
        return
    for document in _judged_documents(subject):
        for each in statements(document):
            yield _closed(each, document.path, ours(stack))
    for grant in grants(subject):
        yield from _granted(grant, subject, stack)
    yield from _listed(subject)
    if subject.kind in FOR_EVERYBODY:
        yield claim(False, "a repository of ECR's public gallery lets everybody in")
    if subject.kind == "aws:ram/resourceShare:ResourceShare":
        outside = subject.at("allowExternalPrincipals").equals(True)
        yield claim(~outside, "`allowExternalPrincipals` lets in accounts outside the organisation")


def _judged_documents(subject: Resource) -> list[Value]:
    # A policy of an endpoint lets nobody in: it limits what passes, and NW-10 judges it.
    if subject.kind in ENDPOINT_POLICIES or subject.kind.startswith((*OF_IDENTITIES, *NO_DOCUMENT)):
        return []
    return documents(subject)


def _closed(each: Statement, path: str, ours: Ours) -> Claim:
    found = strangers(each, ours)
    return claim(not found, f"{each.shown} of `{path}` lets in {', '.join(found)}")


def _granted(grant: NamedPrincipal, subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    path, us = grant.value.path, ours(stack)
    if grant.value.raw is UNKNOWN:
        made_here = [each for each in stack.targets(subject, grant.value.root) if each.kind == IAM_ROLE]
        known = Truth.YES if made_here else Truth.UNSURE
        yield claim(known, f"whom `{path}` names is known only after `up`")
    elif grant.kind == "principal" and grant.statement:
        found = strangers(grant.statement, us)
        limited = Truth.UNSURE if found and grant.is_limited_later else Truth.of(not found)
        yield claim(limited, f"`{path}` lets in {', '.join(found)}")
    else:
        name = str(grant.value.raw)
        if grant.kind == "organisation" or is_account(name):
            found_one = stranger(name, us)
            yield claim(found_one is None, f"`{path}` names {found_one}")


def _listed(subject: Resource) -> Iterator[Claim]:
    """Access lists of S3 and the like: a canned one, grants to groups, and grants to others than the owner."""
    acl = subject.at("acl")
    if acl.is_given:
        yield claim(acl.one_of(*CLOSED_ACLS), "`acl` lets in others than the bucket's owner")
    if subject.kind.startswith("aws:s3"):
        owner = subject.at("accessControlPolicy.owner.id").raw
        for grantee, path in _grantees(subject.properties, ""):
            yield claim(_is_closed(grantee, owner), f"`{path}` lets in others than the bucket's owner")
    if subject.kind == "aws:ec2/amiLaunchPermission:AmiLaunchPermission":
        yield claim(~subject.at("group").equals("all"), "`group` lets everybody start the image")


def _grantees(raw: Any, path: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    if isinstance(raw, Mapping):
        # Grants of older types name their grantee beside the permissions.
        if "permission" in raw or "permissions" in raw:
            grantee = raw.get("grantee", raw)
            if isinstance(grantee, Mapping):
                yield grantee, path
            return
        for key, item in raw.items():
            yield from _grantees(item, f"{path}.{key}".lstrip("."))
    elif isinstance(raw, list | tuple):
        for index, item in enumerate(raw):
            yield from _grantees(item, f"{path}[{index}]")


def _is_closed(grantee: Mapping[str, Any], owner: Any) -> Truth:
    uri, name = grantee.get("uri"), grantee.get("id")
    if UNKNOWN in (uri, name) or (name and owner is UNKNOWN):
        return Truth.UNSURE
    if uri or grantee.get("emailAddress"):
        return Truth.of(uri == LOG_DELIVERY)
    return Truth.of(not name or name == owner)


RULES = (
    Rule(
        id="ID-12",
        name="no-strangers",
        title="No policy of a resource, grant or access list lets in who is not ours",
        why="A document that names another account, everybody, or a service whoever sends it, opens the resource past "
        "every role and boundary of this account.",
        fix="Name principals of the account, or pin whose the request is by `StringEquals` (`aws:PrincipalAccount`, "
        "`aws:SourceAccount`, `kms:CallerAccount`); another account of yours stands in `settings.trusted_accounts`.",
        cluster="only the plan: the documents are those of AWS resources",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=(
            "CKV_AWS_33",
            "CKV_AWS_70",
            "CKV_AWS_168",
            "CKV_AWS_169",
            "CKV_AWS_301",
            "CKV_AWS_364",
            "FSBP S3.6",
            "FSBP SQS.3",
            "FSBP Lambda.1",
            "AC-3",
            "AC-6",
        ),
        scope="stack",
        kinds=EVERY_KIND,
        check=_no_strangers,
        note="Documents are found by their structure, in whatever property of whatever type. A condition counts where "
        "no request of a stranger fulfils it: one with IfExists or ForAllValues, a negated one, a date, a network or "
        "`kms:ViaService` does not. A denial beside an open statement does not close it. Trust of roles is ID-05's, "
        "policies of VPC endpoints are NW-10's, and who of the account itself is let in is ID-10's.",
    ),
)
