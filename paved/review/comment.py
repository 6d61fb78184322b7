"""The review of a change as one comment on a pull request: the verdict, what changes, who has to agree, details."""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from paved.cost.changes_view import MARKS, signed
from paved.markdown_text import cell, code, fenced
from paved.review.needed import ReviewNeeded, reasons_by_review
from paved.review.release_view import moves_view
from paved.review.stack_changes import Review, StackChange
from paved.review.view import NOBODY, values_shown
from paved.table_text import counted

MARKER = "<!-- paved review -->"
"""The first line of the comment, by which it is found again."""

LIMIT = 60_000
"""Characters of a comment: GitHub takes 65,536, GitLab a million."""

MISTAKES = 40
FINDINGS = 20
CHARGES = 15
TYPES = 15
FIELDS = 40
"""Lines of each list; the rest is counted."""


def comment(review: Review) -> str:
    """The whole comment, as long as it may be: details of the last stacks are left out first."""
    lines = [MARKER, f"## Paved: {_verdict(review)}", "", _summary(review), "", *_stacks(review)]
    lines += _mistakes(review.mistakes)
    lines += _moves(review)
    lines += _reviews(review.needed)
    lines += _notes(review)
    text = "\n".join(lines)
    left_out: list[str] = []
    for change in review.changes:
        detail = "\n".join(_details(change, review.needed))
        if len(text) + len(detail) > LIMIT:
            left_out.append(change.stack)
            continue
        text += f"\n\n{detail}"
    if left_out:
        text += f"\n\nToo long for a comment: the details of {counted(len(left_out), 'stack')}. "
        text += f"`paved review --against {_revision(review)}` prints all that fits for fewer changes."
    return text


def _verdict(review: Review) -> str:
    if review.mistakes:
        return f"cannot be planned, {counted(len(review.mistakes), 'mistake')}"
    if review.blocked:
        return "refused, a release cannot be moved to"
    if review.refused:
        return f"refused, {counted(len(review.refused), 'stack')} by mandatory rules"
    return "allowed" if review.changes or review.needed else "nothing changes"


def _summary(review: Review) -> str:
    against = f"against {code(review.against)}"
    if not review.changes:
        return f"No resource, cost or verdict of {counted(review.stacks, 'stack')} changes {against}."
    changed = f"{len(review.changes)} of {counted(review.stacks, 'stack')} change {against}"
    expected, ceiling = signed(review.delta("expected")), signed(review.delta("ceiling"))
    return f"{changed}: **{expected} USD a month expected**, {ceiling} at the ceiling."


def _stacks(review: Review) -> Iterator[str]:
    if not review.changes:
        return
    yield "| stack | verdict | resources | expected | ceiling |"
    yield "|---|---|---|---:|---:|"
    for change in review.changes:
        yield f"| {code(change.stack)} | {_stack_verdict(change)} | {_counts(change)} | {_money(change)} |"
    total = f"**{signed(review.delta('expected'))}** | **{signed(review.delta('ceiling'))}**"
    yield f"| **all, USD a month** | | | {total} |"
    yield ""


def _money(change: StackChange) -> str:
    if not change.is_known:
        return "unknown | unknown"
    return f"{signed(change.delta('expected'))} | {signed(change.delta('ceiling'))}"


def _stack_verdict(change: StackChange) -> str:
    if not change.is_known:
        return "cannot be planned" if change.after is None else "could not be planned before"
    if change.after is None:
        return "goes"
    report = change.after.report
    said = f"**refused**: {counted(len(report.violations), 'finding')}" if report.violations else "allowed"
    extra = [f"{len(report.advice)} advisory"] if report.advice else []
    if report.undetermined:
        extra.append(f"{len(report.undetermined)} undetermined")
    new = "new stack, " if change.before is None else ""
    return new + ", ".join([said, *extra])


def _counts(change: StackChange) -> str:
    if not change.is_known:
        return "unknown"
    shown = [f"{MARKS[verb]}{len(found)}" for verb, found in change.by_verb.items() if found]
    return " ".join(shown) or "as they were"


def _mistakes(mistakes: Sequence[str]) -> Iterator[str]:
    if not mistakes:
        return
    shown = list(mistakes[:MISTAKES])
    if len(mistakes) > MISTAKES:
        shown.append(f"… and {len(mistakes) - MISTAKES} more: `paved validate` prints them all")
    yield "### Mistakes in stack files"
    yield ""
    yield fenced(shown)
    yield ""


def _moves(review: Review) -> Iterator[str]:
    if review.moves:
        yield "### Another release"
        yield ""
        yield fenced(moves_view(review.moves).splitlines())
        yield ""


def _reviews(needed: Sequence[ReviewNeeded]) -> Iterator[str]:
    if not needed:
        return
    yield "### Who has to agree"
    yield ""
    yield "| role | reviewers | because |"
    yield "|---|---|---|"
    for (role, people), reasons in reasons_by_review(needed).items():
        # As code: each edit of the comment would call them again.
        who = " or ".join(map(code, people)) or NOBODY
        yield f"| {role} | {who} | {cell('; '.join(reasons))} |"
    yield ""


def _notes(review: Review) -> Iterator[str]:
    if review.elsewhere:
        files = counted(review.elsewhere, "file")
        yield (
            f"The change also touches {files} outside the stack files. Both sides are planned with one code, "
            "so what those files change is not in these figures."
        )
    yield "US dollars before tax, of a full month; both sides at the same prices and rules."


def _details(change: StackChange, needed: Sequence[ReviewNeeded]) -> Iterator[str]:
    yield f"<details><summary><code>{escape(change.stack)}</code>: {_headline(change)}</summary>"
    yield ""
    if change.is_known:
        yield from _findings(change)
        yield from _fields(change, needed)
        yield from _resources(change)
        yield from _charges(change)
    else:
        yield "What it comes to is known once its mistakes are mended."
        yield ""
    yield "</details>"


def _headline(change: StackChange) -> str:
    if not change.is_known:
        return _stack_verdict(change)
    return f"{signed(change.delta('expected'))} USD a month expected, resources {_counts(change)}"


def _findings(change: StackChange) -> Iterator[str]:
    findings = change.after.report.findings if change.after else ()
    if not findings:
        return
    new = set(change.new_findings)
    lines: list[str] = []
    for each in findings[:FINDINGS]:
        since = "new" if each in new else "as before"
        lines.append(f"{each.level.value} {each.rule} ({since}) {each.resource}: {each.message}")
    if len(findings) > FINDINGS:
        lines.append(f"… and {len(findings) - FINDINGS} more: `paved plan` prints them all")
    yield fenced(lines)
    yield ""


def _fields(change: StackChange, needed: Sequence[ReviewNeeded]) -> Iterator[str]:
    of_stack = [each.change for each in needed if each.change.stack == change.stack]
    fields = [field for field, _ in groupby(of_stack)]
    if not fields:
        yield "Its own file is as it was: it changes with what it stands on, with prices or with rules."
        yield ""
        return
    yield "| field | value |"
    yield "|---|---|"
    for field in fields[:FIELDS]:
        yield f"| {code(field.field or 'the whole file')} | {code(values_shown(field))} |"
    if len(fields) > FIELDS:
        yield f"| {len(fields) - FIELDS} more | |"
    yield ""


def _resources(change: StackChange) -> Iterator[str]:
    rows: list[str] = []
    for verb, resources in change.by_verb.items():
        by_type = Counter(resource.type for resource in resources)
        rows += [f"| {MARKS[verb]} | {code(kind)} | {number} |" for kind, number in sorted(by_type.items())]
    if not rows:
        return
    yield "| | type | resources |"
    yield "|---|---|---:|"
    yield from rows[:TYPES]
    if len(rows) > TYPES:
        yield f"| | {len(rows) - TYPES} more types | |"
    yield ""


def _charges(change: StackChange) -> Iterator[str]:
    costs = change.costs
    if costs is None or not costs.changes:
        return
    yield "| charge | expected | ceiling |"
    yield "|---|---:|---:|"
    for each in costs.changes[:CHARGES]:
        name = f"{MARKS[each.verb]} {code(f'{each.name} {each.what}')}"
        yield f"| {name} | {signed(each.delta('expected'))} | {signed(each.delta('ceiling'))} |"
    if len(costs.changes) > CHARGES:
        yield f"| {len(costs.changes) - CHARGES} more: `paved cost --against` | | |"
    yield ""


def _revision(review: Review) -> str:
    return "".join(letter for letter in review.against if letter.isalnum() or letter in "-_./^~")
