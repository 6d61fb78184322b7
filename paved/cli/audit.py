"""`paved audit`: an account compared with the plan of a stack."""

import json as jsonlib
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import hint, progress, show, show_json
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir
from paved.errors import BadInput
from paved.live_account import Profile

if TYPE_CHECKING:
    from paved.audit.known import Known
    from paved.audit.outcome import Audit
    from paved.plan.planner import Planner


def audit(
    stack: Annotated[
        str | None, typer.Argument(metavar="STACK", help="The stack to audit.", show_default=False)
    ] = None,
    rehearsed: Annotated[
        bool,
        typer.Option("--rehearsed", help="Audit an in-memory account that the stack was rehearsed into."),
    ] = False,
    permissions: Annotated[
        bool, typer.Option("--permissions", help="Print the IAM policy that an audit needs, and stop.")
    ] = False,
    profile: Profile = None,
    json: Json = False,
    as_of: AsOf = None,
    stacks: StacksDir = None,
    no_cache: NoCache = False,
) -> int:
    """Compare an account with the plan of a stack by calls that only read and cost nothing.

    Exits with 1 where they differ, and with 2 where AWS did not answer.
    """
    from paved.audit.credentials import policy_document
    from paved.audit.known import read_known
    from paved.plan.planner import Planner

    if permissions:
        show(jsonlib.dumps(policy_document(), indent=2))
        return 0
    if stack is None:
        raise BadInput("which stack?", hint="`paved audit STACK`; `paved validate` lists the stacks")
    if rehearsed and profile:
        raise BadInput("a rehearsed account has no profile", hint="leave out `--profile` or `--rehearsed`")
    folder = stacks_dir(stacks)
    day = as_of_date(as_of)
    planner = Planner.of_folder(folder, as_of=day, cache=plan_cache(no_cache))
    known = read_known(folder, day)
    made = _rehearsed(planner, stack, known) if rehearsed else _live(planner, stack, known, profile)
    _answer(made, json)
    return made.exit_code


def _live(planner: "Planner", name: str, known: "tuple[Known, ...]", profile: str | None) -> "Audit":
    from paved.audit.audit import audit as audited
    from paved.audit.audited_stack import AuditedStack
    from paved.audit.credentials import check_caller
    from paved.aws.reading.account import AccountReader
    from paved.live_account import LiveAccount

    file = planner.config(name)
    account = AccountReader(LiveAccount(profile).client, progress())
    check_caller(account, file.stack.account.id, file.stack.account.region, name)
    return audited(AuditedStack.of(planner, name, known), account)


def _rehearsed(planner: "Planner", name: str, known: "tuple[Known, ...]") -> "Audit":
    from paved.audit.audit import audit as audited
    from paved.audit.audited_stack import AuditedStack
    from paved.audit.rehearsed import rehearsed_account

    stack = AuditedStack.of(planner, name, known)
    with rehearsed_account(planner.folder, name) as (account, limits):
        return audited(stack, account, limits)


def _answer(made: "Audit", json: bool) -> None:
    from paved.audit.view import view

    if json:
        show_json(made.as_json())
        return
    show(view(made))
    if made.differences:
        hint(
            "`pulumi up` puts back what is missing or changed; what is extra is planned, or taken away by hand"
        )
    elif made.unread:
        hint("`paved audit --permissions` prints the IAM policy that an audit needs")
