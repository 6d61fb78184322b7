"""A proposed stack file, tried beside the folder's own: mistakes, resources, money and the verdict of the rules."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

from paved.edit.scratch import folder_with, in_folder, sections_text
from paved.edit.stack_template import stack_text
from paved.errors import BadInput
from paved.onboard.answers import Answers
from paved.onboard.grants import GrantNeeded, capacity_needed, joined, register_entry, sections_of
from paved.onboard.pool import pool_choice
from paved.onboard.questions import Asked
from paved.review.needed import ReviewNeeded, reviews_between
from paved.review.stack_changes import Judge, JudgedPlan
from pricing.guard import ALERT_HOURS
from pricing.money import HOURS_A_MONTH
from reference.security_level import reaches
from stacks.checks import stack_problems
from stacks.checks.folder import Folder, StackFile
from stacks.checks.register import entry_of
from stacks.reading.file_keys import file_sections
from stacks.reading.loader import display
from stacks.reading.parse import parse
from stacks.reading.problems import ConfigError, Problem, file_name
from stacks.reading.yaml_source import parse_yaml
from stacks.schema import Team

FREEZE_PERCENT = 110
OPEN_USD = Decimal(1)
"""Stands for the budget and the ceiling of a file of which nothing is known but its resources. No text shows it."""
LIFTED_USD = 99_999_999
"""Stands for the ceiling of an account until the team's own budget is known."""
AVAILABILITY = {1: Decimal("99.9"), 2: Decimal("99.5"), 3: Decimal("99")}
"""Percent of 30 days by tier: 43 minutes, 3.6 hours and 7.2 hours."""
LEAST = {1: 3, 2: 2, 3: 1}
"""Replicas by tier: one in each of three zones, two for a node that goes, or one."""
SPARE = Decimal("1.1")
"""A tenth above what is expected: nobody's hours come out as planned."""


@dataclass(frozen=True, kw_only=True)
class Money:
    """The budget and the approved ceiling of a proposal, and what they follow from; None where that is unknown."""

    budget: Decimal
    ceiling: Decimal
    expected: Decimal | None = None
    maximum: Decimal | None = None


OPEN = Money(budget=OPEN_USD, ceiling=OPEN_USD)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A stack file that is not written yet. `judged` is None where a mistake keeps it from being planned."""

    name: str
    text: str
    answers: Answers
    money: Money
    grants: tuple[GrantNeeded, ...]
    problems: tuple[Problem, ...]
    judged: JudgedPlan | None
    needed: tuple[ReviewNeeded, ...]

    @property
    def is_refused(self) -> bool:
        """Whether a mistake or a rule is against it."""
        return self.judged is None or bool(self.problems or self.judged.report.violations)


@dataclass(frozen=True, kw_only=True)
class Proposer:
    """Makes the proposal of one team for one folder."""

    folder: Path
    judge: Judge
    asked: Asked
    answers: Answers

    @property
    def name(self) -> str:
        """The name of the stack."""
        return f"{self.answers.team}-{self.asked.platform.environment}"

    def propose(self) -> Proposal:
        """Try the file once for its cost, and once with the budget that follows. Raises BadInput and ConfigError."""
        first = self._tried(OPEN)
        if first.judged is not None:
            return self._tried(money_of(first.judged, self.answers.budget))
        if self.answers.budget is None:
            return replace(first, text=self._text(OPEN, is_priced=False))
        return self._tried(Money(budget=self.answers.budget, ceiling=self.answers.budget))

    def _tried(self, money: Money) -> Proposal:
        text = self._text(money)
        grants = tuple(self._grants(text))
        changed = self._changed(grants, is_lifted=money is OPEN)
        texts = {file_name(name): sections_text(sections) for name, sections in changed.items()}
        with folder_with(self.folder, {**texts, file_name(self.name): text}) as copy:
            read = Folder.read(copy, self.judge.as_of)
            found = [in_folder(each, copy, self.folder) for each in self._problems(read)]
            problems = [self._placed(each, changed) for each in found]
            judged = self.judge.folder(copy, {self.name}, read=read).stacks.get(self.name)
            reviews = reviews_between(self.folder, copy, self.asked.organisation, read.organisation)
            needed = reviews.of({self.name}).needed
        return Proposal(
            name=self.name,
            text=text,
            answers=self.answers,
            money=money,
            grants=grants,
            problems=tuple(problems),
            judged=judged,
            needed=needed,
        )

    def _text(self, money: Money, *, is_priced: bool = True) -> str:
        context = {**self._context(money), "is_priced": is_priced}
        return stack_text("paved.onboard", self.asked.template.name, context)

    def _changed(self, grants: Iterable[GrantNeeded], *, is_lifted: bool) -> dict[str, Mapping[str, Any]]:
        """Sections of other stacks with what they grant, and with a ceiling of the account above any budget."""
        changed = {each.stack: each.sections for each in grants}
        account = self.asked.platform.account.id
        for name, foundation in self.asked.organisation.foundations.items():
            if is_lifted and foundation.account.id == account:
                sections = changed.get(name) or sections_of(self.asked.folder.stack(name))
                changed[name] = {**sections, "guardrails": lifted(sections["guardrails"])}
        return changed

    def _placed(self, problem: Problem, changed: Collection[str]) -> Problem:
        """A problem at the line of the folder's own file, where the copy has another text of that file."""
        for name in changed:
            file = self.asked.folder.stack(name)
            if problem.file == file.shown_as:
                return file.placed(problem)
        return problem

    def _problems(self, read: Folder) -> Iterator[Problem]:
        """Problems of the new stack and of those below it, and those that the folder did not have without it."""
        own = read.problems_of([self.name])
        before = {_said(each) for each in self.asked.folder.problems}
        yield from own
        yield from (each for each in read.problems if each not in own and _said(each) not in before)

    def _grants(self, text: str) -> Iterator[GrantNeeded]:
        security = self.asked.platform.security
        if entry := register_entry(self.asked, self.answers, security):
            yield entry
        team = self._team(text)
        if team is not None:
            together = joined(self.asked.organisation, self.name, team)
            if capacity := capacity_needed(together, self.answers.platform, self._platform_file):
                yield capacity

    @property
    def _platform_file(self) -> StackFile:
        return self.asked.folder.stack(self.answers.platform)

    def _team(self, text: str) -> Team | None:
        """The file as a typed stack; None where it holds a mistake, which is told later."""
        document = parse_yaml(text, file_name(self.name))
        try:
            stack = parse(self.name, file_sections(document) or {}, stack_problems)
        except ConfigError:
            return None
        return stack if isinstance(stack, Team) else None

    def _context(self, money: Money) -> dict[str, Any]:
        platform, zones = self.asked.platform, self.asked.foundation.network.zones
        account, answers = platform.account, self.answers
        return {
            "has_schema": (self.folder / "schema.json").is_file(),
            "template": self.asked.template,
            "answers": answers,
            "account": account,
            "environment": platform.environment,
            "security": self._security(),
            "residency": account.region.partition("-")[0],
            "pool": pool_choice(
                self.asked.template, answers.accelerator, answers.units, account.region, zones
            ),
            "freeze_percent": self._freeze_percent(money),
            "money": money,
            **_replicas(answers, can_scale=platform.events.keda),
        }

    def _security(self) -> str:
        """The platform's level, or the higher one that the register asks of the team."""
        register = self.asked.foundation.organisation
        entry = entry_of(register, self.answers.team) if register else None
        level = self.asked.platform.security
        return entry.security if entry and not reaches(level, entry.security) else level

    def _freeze_percent(self, money: Money) -> int:
        """The percentage that the register allows at the latest, and that a month at its maximum reaches."""
        register = self.asked.foundation.organisation
        entry = entry_of(register, self.answers.team) if register else None
        latest = (entry.freeze_percent if entry else None) or FREEZE_PERCENT
        reached = int(100 * (money.maximum or money.ceiling) / money.budget)
        return min(FREEZE_PERCENT, latest, max(1, reached))


def money_of(judged: JudgedPlan, budget: Decimal | None) -> Money:
    """The budget of the expected work and the ceiling of every pool at its maximum, each rounded up.

    A budget lasts at least as long at the ceiling as AWS Budgets takes to tell of it. Raises BadInput without a price.
    """
    expected, maximum = (judged.cost.totals[figure] for figure in ("expected", "ceiling"))
    if not maximum and budget is None:
        raise BadInput(
            "nothing of it has a price in its region, so that no budget follows from its work",
            hint="`paved prices refresh --region REGION --out prices/` reads the prices, `--prices prices/` takes them",
        )
    told = maximum * ALERT_HOURS[1] / HOURS_A_MONTH
    monthly = budget if budget is not None else rounded_up(max(expected, told) * SPARE)
    ceiling = max(monthly, rounded_up(maximum))
    return Money(budget=monthly, ceiling=ceiling, expected=expected, maximum=maximum)


def lifted(guardrails: Mapping[str, Any]) -> dict[str, Any]:
    """An account's guardrails with a ceiling above any budget, and with the budget that has to cover it."""
    budget = {"budget": {**guardrails["budget"], "monthly_usd": LIFTED_USD}} if "budget" in guardrails else {}
    return {**guardrails, **budget, "monthly_ceiling_usd": LIFTED_USD}


def rounded_up(amount: Decimal) -> Decimal:
    """The next whole amount of two significant digits: 14237.20 is 15000."""
    step = Decimal(1).scaleb(max(amount.adjusted() - 1, 0))
    return (amount / step).to_integral_value(ROUND_CEILING) * step


def new_path(folder: Path, name: str) -> Path:
    """The place of a stack's file. Raises BadInput where something is there, a link that leads nowhere too."""
    path = folder / file_name(name)
    if path.is_symlink() or path.exists():
        raise BadInput(
            f"`{display(path)}` is there already, and is never overwritten",
            hint=f"`paved set {name} KEY VALUE` changes one value of it",
        )
    return path


def _replicas(answers: Answers, *, can_scale: bool) -> dict[str, Any]:
    """Replicas of an endpoint on a pool: two less than its GPUs, for a rollout and a job, or fewer."""
    most = max(answers.units - 2, 1)
    least = min(LEAST[answers.tier], most) if can_scale else most
    return {
        "replicas_min": least,
        "replicas_max": most,
        "can_scale": can_scale,
        "availability": AVAILABILITY[answers.tier],
    }


def _said(problem: Problem) -> tuple[str, str]:
    """A problem without its line, which another line of the file moves, and without the folder that it is in."""
    name = (problem.file or "").rpartition("/")[2]
    return name, replace(problem, file=None, line=None).message
