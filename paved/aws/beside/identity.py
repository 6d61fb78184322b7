"""Identities of an account: users, groups, roles, providers, and keys of the root."""

from collections.abc import Callable, Iterator

from paved.aws.reading.account import NotFound
from paved.aws.reading.facts import Content
from paved.aws.reading.listings import AccountListing, lists
from paved.aws.reading.lookup import tag_map
from paved.aws.services import iam_actions
from reference.tags import SERVICE_TAG

IAM_ACTIONS = iam_actions(
    "iam",
    "GetAccountSummary",
    "ListGroups",
    "ListOpenIDConnectProviders",
    "ListRoleTags",
    "ListSAMLProviders",
    "ListUsers",
)
OF_AWS = ("/aws-service-role/", "/aws-reserved/")
"""Paths of roles that services of AWS make and nobody else can change."""
ROLES = "role"


@lists("user", everywhere=True)
def users(listing: AccountListing) -> Iterator[Content]:
    for user in listing.pages("iam.ListUsers", "Users"):
        yield _identity("user", user["Arn"])


@lists("group", everywhere=True)
def groups(listing: AccountListing) -> Iterator[Content]:
    for group in listing.pages("iam.ListGroups", "Groups"):
        yield _identity("group", group["Arn"])


@lists(ROLES, everywhere=True)
def roles(listing: AccountListing) -> Iterator[Content]:
    for role in listing.pages("iam.ListRoles", "Roles"):
        if not role["Path"].startswith(OF_AWS):
            arn = role["Arn"]
            yield Content(
                kind=ROLES,
                name=arn,
                label=arn,
                concern="identity",
                service=_maker(listing, role["RoleName"]),
            )


@lists("SAML provider", everywhere=True)
def saml_providers(listing: AccountListing) -> Iterator[Content]:
    for provider in listing.pages("iam.ListSAMLProviders", "SAMLProviderList"):
        # IAM Identity Center makes one of its own in each account.
        if not provider["Arn"].rpartition("/")[2].startswith("AWSSSO_"):
            yield _identity("SAML provider", provider["Arn"])


@lists("OIDC provider", everywhere=True)
def oidc_providers(listing: AccountListing) -> Iterator[Content]:
    for provider in listing.pages("iam.ListOpenIDConnectProviders", "OpenIDConnectProviderList"):
        yield _identity("OIDC provider", provider["Arn"])


@lists("key of the root", everywhere=True)
def root_keys(listing: AccountListing) -> Iterator[Content]:
    summary = listing.ask("iam.GetAccountSummary")["SummaryMap"]
    if summary.get("AccountAccessKeysPresent"):
        yield _identity("key of the root", "access key of the account's root")


def _identity(kind: str, arn: str) -> Content:
    return Content(kind=kind, name=arn, label=arn, concern="identity")


def _maker(listing: AccountListing, role: str) -> Callable[[], str | None]:
    """The reading of the tag that says which stack made a role."""

    def read() -> str | None:
        try:
            tags = listing.pages("iam.ListRoleTags", "Tags", RoleName=role)
        except NotFound:  # deleted since it was listed
            return None
        return tag_map(tags).get(SERVICE_TAG)

    return read
