"""An identity of a team reaches its own resources by whole ARN: one character else, or a wildcard, is another's."""

from hypothesis import given
from hypothesis import strategies as st

from policies.arns import ArnPattern, names_none
from policies.context import Context
from policies.reach import OWN, is_own, own_arns
from policies.resources import JudgedStack, Resource
from policies.settings import Settings
from tests.conftest import AS_OF

ACCOUNT, REGION, NAME = "111122223333", "us-east-1", "paved-a-prod"
STACK = JudgedStack(
    [Resource(urn=kind, type=kind, name=kind, properties={key: NAME}) for kind, (key, _) in OWN.items()],
    Context(stack="a-prod", as_of=AS_OF, kind="team", account=ACCOUNT, region=REGION),
    Settings(),
)
WITHOUT_PLACE = {"s3": ("", ""), "iam": ("", ACCOUNT)}


def own():
    """The ARN of each of the stack's resources."""
    for found in sorted(own_arns(STACK)):
        service, _, resource = found.partition(":")
        region, account = WITHOUT_PLACE.get(service, (REGION, ACCOUNT))
        yield f"arn:aws:{service}:{region}:{account}:{resource}"


ARNS = list(own())


def reached(arn):
    return is_own(arn, own_arns(STACK), STACK)


@given(st.sampled_from(ARNS))
def test_its_own_resources_are_reached(arn):
    assert reached(arn)


@given(st.sampled_from(ARNS), st.data(), st.sampled_from("*?-x9/"))
def test_with_one_character_else_they_are_anothers(arn, data, other):
    # Behind a bucket's name stand its objects; nothing else stands behind a name.
    at = data.draw(st.integers(len("arn:"), len(arn) - 1))
    changed = f"{arn[:at]}{other}{arn[at + 1 :]}"
    assert reached(changed) == (changed == arn or changed.startswith(f"arn:aws:s3:::{NAME}/"))


@given(st.sampled_from(ARNS), st.sampled_from(["*", "-*", "?", "-b", "x"]))
def test_a_prefix_is_not_a_name(arn, more):
    assert not reached(f"{arn}{more}")


@given(st.sampled_from(ARNS), st.data())
def test_any_wildcard_in_the_account_leaves_it(arn, data):
    fields = arn.split(":", 5)
    if fields[4]:
        at = data.draw(st.integers(0, len(ACCOUNT) - 1))
        fields[4] = f"{ACCOUNT[:at]}{data.draw(st.sampled_from('*?'))}{ACCOUNT[at + 1 :]}"
        assert ArnPattern.of(":".join(fields)).leaves(ACCOUNT)


@given(
    st.sampled_from(
        ["*", "**", "?*", "arn:*", "arn:aws:s3*", "arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:aws:*:*:*:*"]
    )
)
def test_what_names_no_resource_is_known(pattern):
    assert names_none(pattern)
