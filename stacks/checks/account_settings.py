"""Settings of which an account has one, altogether or in each region: two stacks that own one undo each other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from stacks.checks.check import folder_check
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Keys, at
from stacks.schema import Foundation
from stacks.schema.security_level import caches_images, detection_options, scanning_of


@dataclass(frozen=True, kw_only=True)
class AccountSetting:
    """A setting that a foundation owns where `owned` says so. `says` is told of the `other` owner in the `account`.

    `documents` are the names that the table of whole documents (reference/whole_documents.py) has for what it makes.
    """

    path: Keys
    owned: Callable[[Foundation], bool]
    in_each_region: bool
    says: str
    documents: tuple[str, ...] = ()


def _detects(thing: str, stack: Foundation) -> bool:
    return bool(getattr(detection_options(stack), thing) == "own")


def _detection(thing: str, *documents: str, in_each_region: bool = True) -> AccountSetting:
    return AccountSetting(
        path=("detection", thing),
        owned=partial(_detects, thing),
        in_each_region=in_each_region,
        says="is `own`, as in `{other}` of the same account: write `organisation` in one of them",
        documents=documents,
    )


SETTINGS = (
    # AWS allows one detector, recorder and analyzer of an account in a region, and bills a second trail.
    _detection("trail", in_each_region=False),
    _detection("guardduty", "detector of GuardDuty"),
    _detection("access_analyzer"),
    _detection("config", "recorder of AWS Config", "delivery channel of AWS Config"),
    # Of two scanning configurations of a registry the last one deployed would win.
    AccountSetting(
        path=("images", "scanning"),
        owned=lambda stack: scanning_of(stack) != "elsewhere",
        in_each_region=True,
        says="must be `elsewhere` here or in `{other}`: both configure the registry of {account} in {region}",
        documents=("scanning of the registry",),
    ),
    # Of two caches with one prefix ECR refuses the second.
    AccountSetting(
        path=("images", "cache"),
        owned=lambda stack: caches_images(stack) == "own",
        in_each_region=True,
        says="must be `elsewhere` here or in `{other}`: both configure the registry of {account} in {region}",
        documents=(),
    ),
    AccountSetting(
        path=("guardrails", "anomalies"),
        owned=lambda stack: stack.guardrails.anomalies is not None,
        in_each_region=False,
        says="is given, as in `{other}` of the same account, for which Cost Explorer keeps one monitor of a tag: leave "
        "it out in one of them",
        documents=("anomaly monitor of a dimension",),
    ),
    AccountSetting(
        path=("telemetry", "traces", "sets_account"),
        owned=lambda stack: bool(stack.telemetry.traces and stack.telemetry.traces.sets_account),
        in_each_region=True,
        says="must be `false` here or in `{other}`: both say where X-Ray of {account} keeps spans in {region}",
        documents=("destination of X-Ray's spans", "resource policy of logs"),
    ),
)


@folder_check
def an_account_has_one_owner_of_each_setting(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse two foundations that own one setting of an account."""
    for (one, first), (other, second) in combinations(organisation.foundations.items(), 2):
        for setting in SETTINGS:
            if setting.owned(first) and setting.owned(second) and _meet(first, second, setting):
                where = {"account": first.account.id, "region": first.account.region}
                yield one, at(*setting.path, says=setting.says.format(other=other, **where))
                yield other, at(*setting.path, says=setting.says.format(other=one, **where))


def _meet(first: Foundation, second: Foundation, setting: AccountSetting) -> bool:
    """Whether two foundations share an account, and a region where there is one of the setting in each."""
    regions = {first.account.region, second.account.region}
    return first.account.id == second.account.id and (not setting.in_each_region or len(regions) == 1)
