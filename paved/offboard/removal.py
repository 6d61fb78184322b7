"""Removal of a stack from a folder: its file, its entries in files of others, and who still depends on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from paved.edit.scratch import folder_with, in_folder
from paved.edit.stack_edit import StackEdit, write
from paved.edit.yaml_removal import without
from paved.edit.yaml_text import with_value
from paved.errors import BadInput
from paved.policy.policy_file import checked_policy_file
from paved.review.needed import ReviewNeeded, reviews_between
from policies.settings import FILE as POLICY_FILE
from policies.settings import PolicyFileError, read_policy_file
from reference.vocabulary import CONFIG_PREFIX
from stacks.checks.folder import Folder
from stacks.checks.grants import granted_quotas, grants
from stacks.checks.organisation import Organisation
from stacks.reading.file_text import read_text
from stacks.reading.loader import display
from stacks.reading.problems import Keys, file_name, spelled
from stacks.schema import Team


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry of a stack in a file of the folder, by its path in that file."""

    file: str
    path: Keys
    what: str


@dataclass(frozen=True, kw_only=True)
class Removal:
    """The folder without a stack. `texts` are files that change, None for the one that goes.

    `blockers` say who depends on the stack: nothing is removed while there is one. `warnings` are what no file tells.
    """

    stack: str
    entries: tuple[Entry, ...]
    before: Mapping[str, str]
    texts: Mapping[str, str | None]
    blockers: tuple[str, ...]
    warnings: tuple[str, ...]
    needed: tuple[ReviewNeeded, ...]


def removal(folder: Path, read: Folder, name: str) -> Removal:
    """Try a folder without a stack, on a copy. Raises BadInput and ConfigError."""
    organisation, team = read.organisation, read.checked(name).stack
    assert isinstance(team, Team)
    entries = (*_entries(name, team, organisation), *_exceptions(folder, name))
    before = {each.file: read_text(folder / each.file, display(folder / each.file)) for each in entries}
    own = file_name(name)
    before[own] = read_text(folder / own, display(folder / own))
    texts: dict[str, str | None] = {file: _taken_out(before, file, entries) for file in before}
    texts[own] = None
    blockers = [*_owned_datasets(name, organisation), *_borrowers(name, team, organisation)]
    with folder_with(folder, texts) as copy:
        after = Folder.read(copy, read.as_of)
        # A blocker that is known by its name is not told again as the mistake that it would be.
        blockers += [] if blockers else _fresh_problems(read, after, folder, copy)
        needed = reviews_between(folder, copy, organisation, after.organisation).needed
    return Removal(
        stack=name,
        entries=entries,
        before=before,
        texts=texts,
        blockers=tuple(blockers),
        warnings=tuple(_warnings(name, team, organisation)),
        needed=needed,
    )


def write_removal(folder: Path, removed: Removal) -> None:
    """Write the folder without the stack, every file or none. Raises BadInput where one was changed meanwhile."""
    edits = [
        StackEdit(stack=removed.stack, path=(), file=folder / name, before=removed.before[name], after=text)
        for name, text in removed.texts.items()
        if text is not None
    ]
    own = folder / file_name(removed.stack)
    written: list[StackEdit] = []
    try:
        for edit in edits:
            write(edit)
            written.append(edit)
        if read_text(own, display(own)) != removed.before[own.name]:
            raise BadInput(f"`{display(own)}` was changed meanwhile: run the command again")
        own.unlink()
    except (BadInput, OSError) as error:
        for edit in written:
            write(replace(edit, before=edit.after, after=edit.before))
        raise BadInput(f"nothing is removed: {error}") from error


def _entries(name: str, team: Team, organisation: Organisation) -> Iterator[Entry]:
    for platform_name, platform in organisation.platforms.items():
        for path, grant in grants(platform):
            if grant.stack == name:
                what = f"its grant of {grant.gpus} GPUs of `{platform.pools[int(path[1])].name}`"
                yield Entry(file=file_name(platform_name), path=path, what=what)
    for foundation_name, foundation in organisation.foundations.items():
        for position, dataset in enumerate(foundation.storage.datasets):
            if name in dataset.readers:
                path = ("storage", "datasets", position, "readers", dataset.readers.index(name))
                what = f"its reading of the dataset `{dataset.name}`"
                yield Entry(file=file_name(foundation_name), path=path, what=what)
        # A team has one stack in an account; what it is in another account's register for stays.
        if foundation.organisation and foundation_name in organisation.bases(name):
            slugs = [each.team for each in foundation.organisation.teams]
            if team.owner.team in slugs:
                place: Keys = ("organisation", "teams", slugs.index(team.owner.team))
                what = f"`{team.owner.team}` in the register"
                yield Entry(file=file_name(foundation_name), path=place, what=what)


def _exceptions(folder: Path, name: str) -> Iterator[Entry]:
    """Exceptions from policy rules that were granted to the stack. Raises BadInput for a file of mistakes."""
    try:
        file = read_policy_file(folder / POLICY_FILE)
    except PolicyFileError as error:
        raise BadInput(str(error)) from None
    for position, exemption in enumerate(file.exceptions):
        if exemption.stack == name:
            what = f"its exception from {exemption.rule}, {exemption.ticket}"
            yield Entry(file=POLICY_FILE, path=("exceptions", position), what=what)


def _taken_out(before: Mapping[str, str], file: str, entries: tuple[Entry, ...]) -> str:
    text = before[file]
    wanted = yaml.safe_load(text)
    # From the end of a list, so that the places of the others stay.
    for entry in sorted((each for each in entries if each.file == file), key=lambda each: _order(each.path)):
        path = entry.path if file == POLICY_FILE else section_path(entry.path)
        text = without(text, path)
        inner = wanted
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
    # What is written must differ by the entries alone, whatever the layout.
    if yaml.safe_load(text) != wanted:
        raise BadInput(f"the entries of the stack cannot be taken out of {file}: do it by hand")
    return text


def _order(path: Keys) -> list[tuple[int, str]]:
    return [(-step, "") if isinstance(step, int) else (0, step) for step in path]


def section_path(path: Keys) -> Keys:
    """The path of a key below `config` of a stack file."""
    return ("config", f"{CONFIG_PREFIX}{path[0]}", *path[1:])


def _owned_datasets(name: str, organisation: Organisation) -> Iterator[str]:
    for foundation_name, foundation in organisation.foundations.items():
        for position, dataset in enumerate(foundation.storage.datasets):
            if dataset.owner != name:
                continue
            readers = (
                f", which {', '.join(dataset.readers)} read" if dataset.readers else ", which nobody reads"
            )
            key = spelled(("storage", "datasets", position, "owner"))
            yield (
                f"it owns the shared dataset `{dataset.name}` of `{foundation_name}`{readers}: name another owner "
                f"(`paved set {foundation_name} {key} STACK`), or take the dataset out once its data may go"
            )


def _borrowers(name: str, team: Team, organisation: Organisation) -> Iterator[str]:
    """Other stacks whose queues borrow of a pool what this one lends, more than anybody else does."""
    lent = {quota.pool: quota.lent for _, quota in granted_quotas(team) if quota.lent}
    for other, stack, _ in organisation.on_platforms():
        if other == name or stack.platform != team.platform:
            continue
        for _, quota in granted_quotas(stack):
            if quota.borrow_gpus and quota.pool in lent:
                yield (
                    f"`{other}` borrows up to {quota.borrow_gpus} GPUs of `{quota.pool}`, of which this one lends "
                    f"{lent[quota.pool]}: lower `training.granted` there first, or grant it more"
                )


def _fresh_problems(read: Folder, after: Folder, folder: Path, copy: Path) -> list[str]:
    """Problems that the folder has without the stack, and did not have with it."""
    known = {each.message for each in read.problems}
    found = [str(in_folder(each, copy, folder)) for each in after.problems if each.message not in known]
    try:
        checked_policy_file(copy, after.names)
    except PolicyFileError as error:
        found.append(str(error))
    return found


def _warnings(name: str, team: Team, organisation: Organisation) -> Iterator[str]:
    if team.serving and team.serving.endpoints:
        names = ", ".join(f"`{each.name}`" for each in team.serving.endpoints)
        yield (
            f"no stack file says who calls {names}: ask, and see that a week passes without a request "
            "(docs/guides/offboarding.md#who-still-depends-on-it)"
        )
    if team.notebooks:
        client = team.notebooks.sign_in
        yield (
            f"the secret `{name}/{client.secret_name}` in Secrets Manager and the client `{client.client_id}` of its "
            "provider were made by hand, and no step looks for them: delete both"
        )
    if [other for other, stack in organisation.teams.items() if stack.platform == team.platform] == [name]:
        yield f"`{team.platform}` has no other team: nothing here retires it, and it goes on to cost"


def without_access(text: str) -> str:
    """The text of a team's file without `paved:access`; the same text where there is none."""
    sections = yaml.safe_load(text)["config"]
    return without(text, section_path(("access",))) if f"{CONFIG_PREFIX}access" in sections else text


def retiring(text: str) -> str:
    """The text of a team's file with `lifecycle: retiring`."""
    return with_value(text, section_path(("lifecycle",)), "retiring")
