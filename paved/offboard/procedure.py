"""The steps by which a stack leaves the platform, each judged by evidence: files, the account, what was written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from paved.offboard.bundles import BILL_DATA, CONTENTS, RETENTION, Bundle
from paved.offboard.holdings import Holdings
from paved.offboard.leftovers import Leftovers
from paved.offboard.removal import Removal
from paved.offboard.retention import Kept
from paved.table_text import counted
from stacks.schema import Team

Standing = Literal["done", "open", "cannot tell"]
StepName = Literal["access", "export", "retain", "retire", "destroy", "bill", "remove"]
NOT_ASKED = "the account was not asked: `--account`"
MOST_TAGGED = 20
"""ARNs of one call of TagResources."""
KEYS = {
    CONTENTS: ("as_of", "buckets", "images", "models", "unread", "not_simulated"),
    BILL_DATA: ("owed_usd", "month", "as_of", "final", "open_because"),
}
"""What is read of a bundle's files. Somebody may have sealed others."""
NO_FOLDER = "no folder was named: `--out DIR`"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A source's answer on a step."""

    source: Literal["file", "account", "folder", "files"]
    standing: Standing
    says: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step, done once it is as `title` says.

    `by_hand`: people do it, by `commands`; Paved does the others, and `commands` come after.
    """

    name: StepName
    title: str
    evidence: tuple[Evidence, ...]
    commands: tuple[str, ...] = ()
    by_hand: bool = False

    @property
    def standing(self) -> Standing:
        """Open where any source says so, done where all do."""
        found = {each.standing for each in self.evidence}
        return "open" if "open" in found else "cannot tell" if "cannot tell" in found else "done"

    @property
    def is_next(self) -> bool:
        """Whether it is to be done. What the first source says is done needs no account to go on to the next."""
        return self.standing == "open" or self.evidence[0].standing != "done"


@dataclass(frozen=True, kw_only=True)
class Departure:
    """All that is known of a stack on its way out. The account and the bundles are None where nobody asked."""

    name: str
    team: Team
    foundation: str
    platform: str
    landlord: Mapping[str, str]
    """The tags of the foundation's owner, to whom what stays in the account can be handed over."""
    removal: Removal
    kept: tuple[Kept, ...]
    left: Leftovers | None
    held: Holdings | None
    export: Bundle | None
    bill: Bundle | None


def procedure(departure: Departure) -> tuple[Step, ...]:
    """Every step in its order."""
    name = departure.name
    deploy = (f"pulumi up -s {name}",)
    made = [
        _step(departure, "access", "nobody of the team gets in any more", _access, deploy),
        _step(departure, "export", "all that there is stands in a manifest", _export),
        _step(departure, "retain", "it is written down how long what stays is kept", _retain),
        _step(departure, "retire", "a reviewed `up` has lifted the protection", _retire, deploy),
        _step(
            departure, "destroy", "the account has nothing of it left", _destroy, destroy_commands(departure)
        ),
        _step(departure, "bill", "what it owes is written down, until its last day and after", _bill),
    ]
    return (*made, _remove(departure, made))


def destroy_commands(departure: Departure) -> tuple[str, ...]:
    """The commands that leave nothing of a stack in its account, in their order. None of them is Paved's to run."""
    name, left = departure.name, departure.left
    # `pulumi stack rm` takes the stack's file along, which the final bill and the last step need.
    commands = [f"pulumi destroy -s {name}", f"pulumi stack rm {name} --preserve-config"]
    staying = [arn for service in ("s3", "ecr", "kms") for arn in (left.of(service) if left else ())]
    tags = ",".join(f"{key}={value}" for key, value in departure.landlord.items())
    region = departure.team.account.region
    tagging = (
        f"aws resourcegroupstaggingapi tag-resources --region {region} --tags {tags} --resource-arn-list"
    )
    for first in range(0, len(staying), MOST_TAGGED):
        commands.append(" ".join((tagging, *staying[first : first + MOST_TAGGED])))
    return tuple(commands)


Judged = Callable[[Departure], Iterator[Evidence]]


def _step(
    departure: Departure, name: StepName, title: str, judge: Judged, commands: tuple[str, ...] = ()
) -> Step:
    evidence = tuple(judge(departure))
    return Step(name=name, title=title, evidence=evidence, commands=commands, by_hand=name == "destroy")


def _access(departure: Departure) -> Iterator[Evidence]:
    access = departure.team.access
    if access:
        yield Evidence(source="file", standing="open", says="`paved:access` names who gets in")
    else:
        yield Evidence(source="file", standing="done", says="it names nobody")
    if departure.left is None:
        yield Evidence(source="account", standing="cannot tell", says=NOT_ASKED)
        return
    entries = [arn for arn in departure.left.of("eks") if ":access-entry/" in arn]
    if entries:
        says = f"the cluster still lets in {', '.join(entries)}"
        yield Evidence(source="account", standing="open", says=says)
    else:
        yield _known(departure.left, "the cluster has no access entry with its tags")


def _export(departure: Departure) -> Iterator[Evidence]:
    written = _written(departure.export, CONTENTS)
    if isinstance(written, Evidence):
        yield written
        return
    unread = [*written["unread"], *written["not_simulated"]]
    says = f"written on {written['as_of']}" + (f", without {', '.join(unread)}" if unread else "")
    yield Evidence(source="folder", standing="open" if written["unread"] else "done", says=says)
    yield _unchanged(departure.held, written)


def _unchanged(held: Holdings | None, written: Mapping[str, Any]) -> Evidence:
    """Whether what is in the account now is what was written down. What is gone since proves nothing against it."""
    if held is None:
        return Evidence(source="account", standing="cannot tell", says=NOT_ASKED)
    if held.unread:
        return Evidence(source="account", standing="cannot tell", says=f"no answer to {held.unread[0]}")
    known = {each["name"]: each["sha256"] for each in written["buckets"]}
    images = {(each["repository"], each["digest"]) for each in written["images"]}
    models = {each["arn"] for each in written["models"]}
    changed = [each.name for each in held.buckets if known.get(each.name) != each.sha256]
    changed += [
        each["repository"] for each in held.images if (each["repository"], each["digest"]) not in images
    ]
    changed += [each["arn"] for each in held.models if each["arn"] not in models]
    if changed:
        says = f"changed since: {', '.join(dict.fromkeys(changed))}"
        return Evidence(source="account", standing="open", says=says)
    return Evidence(source="account", standing="done", says="it holds nothing that is not written down")


def _retain(departure: Departure) -> Iterator[Evidence]:
    written = _written(departure.export, RETENTION)
    if isinstance(written, Evidence):
        yield written
    elif written != [asdict(each) for each in departure.kept]:
        says = "says otherwise than the stack files say now"
        yield Evidence(source="folder", standing="open", says=says)
    else:
        says = f"{len(departure.kept)} things, as the files say"
        yield Evidence(source="folder", standing="done", says=says)


def _retire(departure: Departure) -> Iterator[Evidence]:
    if departure.team.lifecycle == "retiring":
        says = "`lifecycle` is `retiring`; whether `up` ran since is in Pulumi's state"
        yield Evidence(source="file", standing="done", says=says)
    else:
        yield Evidence(source="file", standing="open", says="`lifecycle` is `active`")


def _destroy(departure: Departure) -> Iterator[Evidence]:
    left = departure.left
    if left is None:
        yield Evidence(source="account", standing="cannot tell", says=NOT_ASKED)
    elif left.every:
        says = f"{counted(len(left.every), 'resource')} with its tags or its names"
        yield Evidence(source="account", standing="open", says=says)
    else:
        gone = "nothing has its tags or its names"
        if left.deleting:
            gone += f"; {counted(len(left.deleting), 'key')} that KMS is about to delete"
        yield _known(left, gone)


def _known(left: Leftovers, says: str) -> Evidence:
    if left.is_known:
        return Evidence(source="account", standing="done", says=says)
    says = f"no answer to {', '.join((*left.unread, *left.not_simulated))}"
    return Evidence(source="account", standing="cannot tell", says=says)


def _bill(departure: Departure) -> Iterator[Evidence]:
    bill = _written(departure.bill, BILL_DATA)
    if isinstance(bill, Evidence):
        yield bill
        return
    says = f"{bill['owed_usd']} USD for {bill['month']}, as of {bill['as_of']}"
    if bill["final"]:
        yield Evidence(source="folder", standing="done", says=says)
    else:
        yield Evidence(source="folder", standing="open", says=f"{says}; {' '.join(bill['open_because'])}")


def _written(bundle: Bundle | None, name: str) -> Any:
    """The data of a bundle's file, or the Evidence that it proves nothing."""
    if bundle is None:
        return Evidence(source="folder", standing="cannot tell", says=NO_FOLDER)
    problem = _missing(bundle, name)
    return Evidence(source="folder", standing="open", says=problem) if problem else bundle.data[name]


def _missing(bundle: Bundle, name: str) -> str | None:
    """The reason for which a bundle does not prove its step; None where it does."""
    if bundle.problem:
        return f"{bundle.folder}: {bundle.problem}"
    if not bundle.data.get(name):
        return f"{bundle.folder} has no {name}"
    if all(key in bundle.data[name] for key in KEYS.get(name, ())):
        return None
    return f"{bundle.folder}: {name} is not as this command writes it"


def _remove(departure: Departure, before: list[Step]) -> Step:
    """The last step, which waits for all others: with the file goes what they are proved by."""
    waits = [step.name for step in before if step.standing != "done"]
    evidence = [Evidence(source="file", standing="open", says="it is there")]
    if waits:
        evidence.append(Evidence(source="files", standing="open", says=f"waits for {', '.join(waits)}"))
    for blocker in departure.removal.blockers:
        evidence.append(Evidence(source="files", standing="open", says=blocker))
    commands = (f"pulumi up -s {departure.platform}", f"pulumi up -s {departure.foundation}")
    title = "its file and its entries are gone"
    return Step(name="remove", title=title, evidence=tuple(evidence), commands=commands)
