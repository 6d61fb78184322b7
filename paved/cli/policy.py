"""`paved policy`: the rules that every stack is held to."""

from typing import Annotated

import typer

from paved.cli.output import show, show_json
from paved.cli.project import Json
from paved.errors import BadInput

policy = typer.Typer(name="policy", help="The rules that every stack is held to.")


@policy.command("list")
def list_rules(
    json: Json = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print docs/reference/policies.md anew.")
    ] = False,
) -> int:
    """List every rule with its enforcement."""
    from paved.policy import pages
    from policies.registry import RULES

    if json and markdown:
        raise BadInput("name one of `--json` and `--markdown`")
    if json:
        data = {"schema_version": "1", "rules": [pages.as_json(rule) for rule in RULES]}
        show_json(data)
    else:
        show(pages.reference().rstrip("\n") if markdown else pages.listing())
    return 0


@policy.command("show")
def show_rule(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id, such as EN-01, or its name.")],
    json: Json = False,
) -> int:
    """Show one rule: why there is one, how to mend a finding, which controls it answers."""
    from paved.policy import pages
    from policies.exceptions import did_you_mean
    from policies.registry import BY_ID, RULES

    by_name = {each.name: each for each in RULES}
    found = BY_ID.get(rule.upper()) or by_name.get(rule)
    if found is None:
        near = did_you_mean(rule.upper(), BY_ID) or did_you_mean(rule, by_name)
        raise BadInput(f"`{rule[:60]}` is no rule{near}", hint="`paved policy list` lists the rules")
    if json:
        show_json({"schema_version": "1", **pages.as_json(found)})
    else:
        show(pages.page(found))
    return 0
