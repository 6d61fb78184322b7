"""`paved kubeconfig`: the way into a cluster, for one holder of rights and without a secret."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.output import hint, show
from paved.cli.project import Outputs, StacksDir, deployed_outputs, stacks_dir
from paved.errors import BadInput
from paved.live_account import Profile

if TYPE_CHECKING:
    from paved.access.kubeconfig import Way
    from reference.kubeconfig import ClusterAddress
    from stacks.checks.folder import Folder

Stack = Annotated[
    str, typer.Argument(metavar="STACK", help="The team's stack, or a foundation's.", show_default=False)
]
RightsName = Annotated[
    str | None,
    typer.Option(
        "--rights",
        metavar="RIGHTS",
        help="`develop`, `operate` or `view` of a team, `promote`, `submit`; `admin` of a foundation.",
        show_default=False,
    ),
]
Holder = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="The role or the group, of several.", show_default=False),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write it there, for you alone to read.", show_default=False),
]
Force = Annotated[bool, typer.Option("--force", help="Write over a kubeconfig of the same context.")]


def kubeconfig(
    stack: Stack,
    rights: RightsName = None,
    holder: Holder = None,
    out: Out = None,
    force: Force = False,
    outputs: Outputs = None,
    profile: Profile = None,
    stacks: StacksDir = None,
) -> int:
    """Print a kubeconfig by which a role or a group of a stack file uses the cluster. It holds no secret.

    Where the cluster is says `--outputs`, else the account, by one call that reads.
    """
    from paved.access.kubeconfig import way_in, write_kubeconfig
    from stacks.checks.folder import Folder

    folder = Folder.read(stacks_dir(stacks))
    way = way_in(folder, stack, rights, holder)
    text = way.text(_address(folder, way, stack, outputs or [], profile), profile)
    if out is None:
        show(text.rstrip("\n"))
    else:
        write_kubeconfig(out, text, force=force)
        show(f"wrote {out}: {way.grant.name} with `{way.grant.rights}` in {way.cluster}")
    _say_how(way, profile)
    return 0


def _address(
    folder: "Folder", way: "Way", stack: str, outputs: list[str], profile: str | None
) -> "ClusterAddress":
    from paved.access.kubeconfig import OTHERWISE, address_by_account, address_by_outputs
    from paved.audit.credentials import check_caller
    from paved.aws.reading.account import AccountReader
    from paved.live_account import LiveAccount

    known = folder.with_bases([stack])
    for name, found in deployed_outputs(outputs).items():
        if name not in known:
            raise BadInput(f"`--outputs {name}=…` is of no use: {stack} refers to no `{name}`")
        return address_by_outputs(way, found, name)
    where = way.foundation.account
    try:
        account = AccountReader(LiveAccount(profile).client)
        check_caller(account, where.id, where.region, way.foundation_name)
    except BadInput as error:
        raise BadInput(f"the address of `{way.cluster}` is not known: {error}", hint=OTHERWISE) from None
    return address_by_account(way, account)


def _say_how(way: "Way", profile: str | None) -> None:
    """Print what its user needs beside it."""
    if way.grant.form == "group":
        hint("it needs kubectl's plugin `oidc-login`, which opens the company's login in a browser")
    elif way.grant.form == "ci":
        hint("the CI takes on its role by its own token first (docs/guides/access.md)")
    elif way.role_arn is None and profile is None:
        hint("log in by Identity Center first; `--profile NAME` writes the profile into the file")
    else:
        hint("the cluster's API answers inside the VPC alone")
