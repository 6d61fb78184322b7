"""Differences between two estimates, renames followed."""

from decimal import Decimal

import pytest

from pricing.changes import Verb, compare
from pricing.estimate import estimate
from pricing.usage import Usage


@pytest.fixture(scope="session")
def priced(rates):
    def of(*resources, **options):
        return estimate("test", resources, rates(**options), Usage())

    return of


def test_nothing_changes_between_a_plan_and_itself(priced, pool):
    both = priced(*pool())
    assert compare(both, both, {}).changes == ()


def test_a_larger_limit_is_one_change_with_a_sign(priced, pool):
    found = compare(priced(*pool()), priced(*pool(limits={"nvidia.com/gpu": "40"})), {})
    by_what = {change.what: change for change in found.changes}
    assert by_what["GPU nodes"].verb is Verb.CHANGED
    assert by_what["GPU nodes"].delta("ceiling") == Decimal("36500.00")
    assert found.changes[0].what == "GPU nodes"  # the dearest first
    assert found.delta("ceiling") == sum(change.delta("ceiling") for change in found.changes)


def test_what_comes_and_goes_is_added_and_removed(priced, fake):
    key, nat = fake(type="aws:kms/key:Key"), fake(type="aws:ec2/natGateway:NatGateway")
    found = compare(priced(key), priced(nat), {})
    verbs = {(change.what, change.verb) for change in found.changes if change.before or change.after}
    assert verbs == {
        ("KMS key", Verb.REMOVED),
        ("NAT gateway", Verb.ADDED),
        ("data through NAT", Verb.ADDED),
    }
    assert found.delta("floor") == Decimal("31.85")


def test_a_renamed_resource_is_the_same_one(priced, fake):
    before = fake(type="aws:ec2/natGateway:NatGateway", name="old")
    after = fake(type="aws:ec2/natGateway:NatGateway", name="new")
    assert compare(priced(before), priced(after), {after.urn: before.urn}).changes == ()
    strangers = compare(priced(before), priced(after), {})
    assert {change.verb for change in strangers.changes} == {Verb.ADDED, Verb.REMOVED}
    assert strangers.delta("expected") == 0


def test_a_free_resource_that_comes_is_no_change(priced, fake):
    assert compare(priced(), priced(fake(type="aws:iam/role:Role")), {}).changes == ()


def test_a_price_that_is_gone_has_no_difference(priced, fake, book):
    key = fake(type="aws:kms/key:Key")
    (change,) = compare(priced(key), priced(key, book=book(kms_key=None)), {}).changes
    assert (change.delta("expected"), change.verb) == (None, Verb.CHANGED)


@pytest.mark.parametrize("sides", [(0, 1), (1, 0)])
def test_what_comes_or_goes_without_a_price_is_not_free(sides, priced, fake, book):
    key = fake(type="aws:kms/key:Key")
    both = (priced(), priced(key, book=book(kms_key=None)))
    found = compare(both[sides[0]], both[sides[1]], {}).changes
    assert {change.what: change.delta("expected") for change in found}["KMS key"] is None
    assert found[0].what == "KMS key"  # what is unknown comes first
