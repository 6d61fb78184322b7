"""Checks of the account that a stack lands in, of its release, and of the people it names."""

from collections.abc import Iterator

from reference.regions import LEFT_OUT_REGIONS
from reference.releases import releases
from stacks.checks.check import check, repeats
from stacks.checks.instances import regions
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation, Platform, Stack, Team


@check(Foundation, Platform, Team)
def region_is_known(stack: Stack) -> Iterator[Problem]:
    """Refuse a region without facts, of which nothing could be checked."""
    region = stack.account.region
    if reason := LEFT_OUT_REGIONS.get(region):
        yield at("account", "region", says=f"is {region}, of which Paved has no facts: {reason}")
    elif region not in regions():
        says = f"must be a region that Paved has facts of, got `{region}`"
        yield at(
            "account", "region", says=says + (nearest(region, regions()) or ": `paved regions` lists them")
        )


@check(Foundation, Platform, Team)
def partition_holds_the_region(stack: Stack) -> Iterator[Problem]:
    """Refuse a partition that does not have the region."""
    region, found = stack.account.region, stack.account.partition
    # GovCloud and China are partitions of their own, with regions of their own.
    wanted = {"us-gov": "aws-us-gov", "cn": "aws-cn"}.get(region.rsplit("-", 2)[0], "aws")
    if found != wanted:
        yield at("account", "partition", says=f"must be `{wanted}` for {region}, got `{found}`")


@check(Team)
def data_stays_in_its_region(stack: Team) -> Iterator[Problem]:
    """Refuse a region outside the team's residency: its data rests where its account is."""
    if stack.account.region.split("-")[0] != stack.residency:
        says = f"is `{stack.residency}`, so the account's region must start with `{stack.residency}-`"
        yield at("residency", says=f"{says}, got `{stack.account.region}`")


@check(Foundation, Platform)
def release_is_known(stack: Foundation | Platform) -> Iterator[Problem]:
    """Refuse a release that is no row of the compatibility matrix."""
    names = [row.name for row in releases()]
    if stack.release not in names:
        yield at("release", says=f"must be {listed(names)}, got `{stack.release}`")


@check(Foundation)
def anomalies_are_mailed_to_each_once(stack: Foundation) -> Iterator[Problem]:
    """Refuse an address that hears of anomalies twice."""
    if anomalies := stack.guardrails.anomalies:
        yield from repeats(anomalies.notify, "guardrails", "anomalies", "notify")


@check(Team)
def mail_goes_to_each_once(stack: Team) -> Iterator[Problem]:
    """Refuse an address that is twice in a list: AWS refuses such a notification."""
    yield from repeats(stack.budget.notify, "budget", "notify")
    if stack.monitoring:
        yield from repeats(stack.monitoring.notify, "monitoring", "notify")
