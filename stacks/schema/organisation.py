"""`paved:organisation`: what the organisation knows of each team, which the team's own file is held to."""

from typing import Annotated

from pydantic import Field

from stacks.schema.base import CostCenter, Percent, Section, Security, Slug

MailDomain = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        max_length=253,
        description="a mail domain, such as `example.com`; its subdomains are others",
    ),
]
# Spelt as in CODEOWNERS, which is made from them.
Reviewer = Annotated[
    str,
    Field(
        pattern=r"^(@[A-Za-z0-9-]+(/[A-Za-z0-9._-]+)?|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$",
        max_length=254,
        description="whom a review is asked of: `@organisation/team`, `@user` or an e-mail address",
    ),
]
ReviewerList = Annotated[
    tuple[Reviewer, ...],
    Field(min_length=1, max_length=10, description="1 to 10 reviewers, one of whom has to agree"),
]


class Reviewers(Section):
    """Who agrees to a change for the organisation, beside the team whose file it is."""

    platform: Annotated[ReviewerList, Field(description="1 to 10 reviewers of capacity and of shared stacks")]
    finance: Annotated[ReviewerList, Field(description="1 to 10 reviewers of budgets and cost centers")]
    security: Annotated[ReviewerList, Field(description="1 to 10 reviewers of what lessens a control")]


class RegisteredTeam(Section):
    """One team as the organisation knows it, whatever the team's file says."""

    team: Slug
    cost_center: CostCenter
    security: Security = "standard"
    freeze_percent: Annotated[
        Percent | None,
        Field(
            description="the percentage of its budget, 1 to 1000, at which the team's freeze acts at the latest; "
            "leave out where the team may do without a freeze"
        ),
    ] = None
    mail_domains: Annotated[
        tuple[MailDomain, ...],
        Field(max_length=20, description="at most 20 mail domains of this team, beside the organisation's"),
    ] = ()
    reviewers: ReviewerList


RunbooksAddress = Annotated[
    str,
    Field(
        pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%+@-]+)+$",
        max_length=200,
        description="where the folder `docs/runbooks` of your repository opens in a browser, without a slash at its "
        "end, such as `https://git.example.com/ml/paved/blob/main/docs/runbooks`; alerts link to their page there",
    ),
]


class OrganisationSpec(Section):
    """The register of an account's teams, who has to agree to what, and where runbooks open."""

    mail_domains: Annotated[
        tuple[MailDomain, ...],
        Field(min_length=1, max_length=20, description="1 to 20 mail domains that stacks may write to"),
    ]
    reviewers: Reviewers
    teams: Annotated[
        tuple[RegisteredTeam, ...], Field(max_length=500, description="every team with a stack, at most 500")
    ]
    runbooks_url: RunbooksAddress | None = None
