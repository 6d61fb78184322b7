"""The final bill of a team: what its stack owes for the month of its last day, and what its data costs from then on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from paved.billing.allocation import allocate, sum_by
from paved.billing.budget_owners import BudgetOwner
from paved.billing.cost_owner import CostOwner, stack_owner
from paved.billing.narrative import gaps
from paved.billing.report import MonthReport
from paved.billing.showback import ShowbackShare
from paved.offboard.holdings import Holdings
from paved.offboard.leftovers import Leftovers
from paved.table_text import counted
from pricing.money import ZERO, cents
from pricing.rates import Rate, Rates

GIB = Decimal(2**30)
UNTOLD = "the account was not asked (`--account`)"


@dataclass(frozen=True, kw_only=True)
class AreaOwed:
    """The cost of one part of the stack in the month, until the last day and after it."""

    area: str
    until_last_day: Decimal
    after: Decimal


@dataclass(frozen=True, kw_only=True)
class ToCome:
    """A cost that goes on once the stack is destroyed. `monthly` is None where nobody can tell, which `note` says."""

    what: str
    monthly: Decimal | None
    note: str


@dataclass(frozen=True, kw_only=True)
class FinalBill:
    """The bill. Amounts are US dollars in whole cents; `share` is the month's showback of the stack."""

    owner: BudgetOwner
    last_day: date
    as_of: date
    month: str
    source: str
    column: str
    is_rehearsed: bool
    open_because: tuple[str, ...]
    """Reasons for which figures may still change; none for a bill to file."""
    share: ShowbackShare
    areas: tuple[AreaOwed, ...]
    rules: tuple[str, ...]
    to_come: tuple[ToCome, ...]

    @property
    def owed(self) -> Decimal:
        """The whole charge of the month."""
        return self.share.total

    @property
    def monthly(self) -> Decimal:
        """The known part of what each month costs from then on."""
        return sum((each.monthly for each in self.to_come if each.monthly is not None), ZERO)

    @property
    def unknown(self) -> int:
        """The number of things to come without a figure."""
        return sum(each.monthly is None for each in self.to_come)


def final_bill(report: MonthReport, stack: str, last_day: date, to_come: Sequence[ToCome]) -> FinalBill:
    """The bill of a stack by the report of the month of its last day."""
    owner = report.budget_owners.by_stack[stack]
    mine = stack_owner(owner)
    [share] = [each for each in report.showback.teams if each.owner == mine]
    return FinalBill(
        owner=owner,
        last_day=last_day,
        as_of=report.as_of,
        month=str(report.month),
        source=report.actuals.source,
        column=report.column,
        is_rehearsed=report.actuals.rehearsed,
        open_because=tuple(_open(report)),
        share=share,
        areas=_areas(report, mine, last_day),
        rules=report.showback.rules,
        to_come=tuple(to_come),
    )


def _open(report: MonthReport) -> list[str]:
    reasons = list(gaps(report))
    if report.actuals.rehearsed:
        reasons.append("It is rehearsed: derived from the estimate, billed to nobody.")
    if not report.horizon.is_closed:
        reasons.append(f"{report.month.in_words} is not over: AWS restates a month until it invoices it.")
    return reasons


def _areas(report: MonthReport, mine: CostOwner, last_day: date) -> tuple[AreaOwed, ...]:
    own = {key: amount for key, amount in report.amounts.items() if key.owner == mine}
    whole = sum_by(own, lambda key: key.area)
    after: dict[str, Decimal] = {}
    # Lines for another month are corrections of what was used: none is after the last day.
    late = [line for line in report.actuals.of_month(report.month) if line.day > last_day]
    for each in allocate(late, report.budget_owners, report.options.metric):
        if each.key.owner == mine:
            after[each.key.area] = after.get(each.key.area, ZERO) + each.cost
    found: list[AreaOwed] = []
    for area, amount in whole.items():
        later = cents(after.get(area, ZERO))
        found.append(AreaOwed(area=area, until_last_day=amount - later, after=later))
    return tuple(found)


def to_come(left: Leftovers | None, held: Holdings | None, rates: Rates) -> tuple[ToCome, ...]:
    """The costs that go on, by what the account holds now: storage, keys, and what has no figure here."""
    if left is None or held is None:
        return (ToCome(what="buckets, images and the key", monthly=None, note=UNTOLD),)
    found: list[ToCome] = []
    for bucket in held.buckets:
        size = Decimal(bucket.bytes + bucket.old_bytes) / GIB
        note = f"{size:,.1f} GiB with replaced versions, all at S3 Standard, until it is emptied"
        found.append(_priced(f"bucket {bucket.name}", size, rates.service("s3-standard-storage"), note))
    for repository, size in _image_sizes(held).items():
        note = f"{size:,.1f} GiB, until somebody deletes them"
        found.append(_priced(f"images {repository}", size, rates.service("ecr-storage"), note))
    for arn in left.of("kms"):
        note = "until its deletion is scheduled"
        found.append(_priced(f"key {arn.rpartition('/')[2]}", Decimal(1), rates.service("kms-key"), note))
    return (*found, *_without_figure(left, held))


def _image_sizes(held: Holdings) -> Mapping[str, Decimal]:
    """GiB of the images of each repository; layers that images share count in each."""
    sizes: dict[str, Decimal] = {}
    for image in held.images:
        name = str(image["repository"])
        sizes[name] = sizes.get(name, ZERO) + Decimal(image["bytes"]) / GIB
    return sizes


def _priced(what: str, amount: Decimal, rate: Rate, note: str) -> ToCome:
    monthly = None if rate.usd is None else cents(amount * rate.usd)
    return ToCome(what=what, monthly=monthly, note=note if monthly is not None else f"{note}; {rate.why}")


def _without_figure(left: Leftovers, held: Holdings) -> Iterator[ToCome]:
    if held.backups is None:
        yield ToCome(what="backups of the buckets", monthly=None, note="AWS Backup did not answer")
    elif held.backups:
        note = (
            f"{counted(held.backups, 'recovery point')}, of which AWS Backup bills what changed between them"
        )
        yield ToCome(what="backups of the buckets", monthly=None, note=note)
    if left.runtime:
        note = "nodes, volumes and snapshots of the cluster's: they go with the nodes, or by hand"
        yield ToCome(what=counted(len(left.runtime), "resource"), monthly=None, note=note)
    others = [arn for arn in left.standing if arn.split(":")[2:3] not in (["s3"], ["ecr"], ["kms"])]
    if others:
        note = "they cost until `pulumi destroy`, as `paved cost` says"
        yield ToCome(what=f"{counted(len(others), 'other resource')} of the stack", monthly=None, note=note)
