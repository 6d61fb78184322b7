"""`paved tags`: the tags by which AWS divides a bill, in the account that pays it."""

import typer

from paved.cli.output import hint, show, show_json
from paved.cli.project import Json
from paved.live_account import Profile


def tags(
    activate: bool = typer.Option(False, "--activate", help="Activate those that are not active."),
    profile: Profile = None,
    json: Json = False,
) -> int:
    """Show which tags of the stacks are cost allocation tags. Run it in the payer account; each call costs $0.01."""
    from paved.budget_status.cost_tags import activate as activate_tags
    from paved.budget_status.cost_tags import read_cost_tags
    from paved.budget_status.view import next_step, tags_view
    from paved.live_account import BILLING_REGION, LiveAccount, answered
    from reference.tags import TAG_KEYS

    explorer = LiveAccount(profile).client("ce", BILLING_REGION)
    with answered("the cost allocation tags could not be read"):
        found = read_cost_tags(explorer, TAG_KEYS)
        refused = activate_tags(explorer, found) if activate else {}
    if json:
        data = {
            "schema_version": "1",
            "tags": [{"key": tag.key, "status": tag.status, "since": tag.since} for tag in found],
            "activated": [
                t.key for t in found if activate and t.status == "inactive" and t.key not in refused
            ],
            "refused": refused,
        }
        show_json(data)
    else:
        show(tags_view(found, activated=activate, refused=refused))
        hint(next_step(found, activated=activate))
    done = all(tag.status == "active" or (activate and tag.status == "inactive") for tag in found)
    return 0 if done and not refused else 1
