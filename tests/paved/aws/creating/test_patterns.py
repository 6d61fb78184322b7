"""The patterns of AWS's API models."""

import botocore.session
import pytest

from paved.aws.creating.patterns import compiled, matches

USED = (
    "budgets",
    "ce",
    "cloudcontrol",
    "ec2",
    "ecr",
    "eks",
    "events",
    "iam",
    "kms",
    "logs",
    "s3",
    "sns",
    "sqs",
)


@pytest.mark.parametrize("service", USED)
def test_every_pattern_of_the_services_in_use_can_be_run(service):
    model = botocore.session.get_session().get_service_model(service)
    patterns = {
        pattern
        for name in model.shape_names
        if (pattern := model.shape_for(name).metadata.get("pattern")) is not None
    }
    assert not [pattern for pattern in patterns if compiled(pattern) is None]


def test_a_pattern_has_to_match_the_whole_value():
    assert matches("[a-z]+", "abc") is True
    assert matches("[a-z]+", "abc d") is False


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "Größe 1", "a;b"),
        (r"\d{2}", "12", "١٢"),  # Java's digits are ASCII
        (r"[\w-_]+", "a-_", "é"),
        (r"a\z", "a", "a\n"),
        (r"[\uD800\uDC00-\uDBFF\uDFFF]+", "🦀", "a"),
        (r"(?!(?i)<script>)[^:]+", "Script", "<SCRIPT>"),
        (r"[\u0020-\u00FF]+", "é", "—"),
    ],
)
def test_the_dialect_of_the_services_is_spoken(pattern, good, bad):
    assert matches(pattern, good) is True
    assert matches(pattern, bad) is False


def test_a_pattern_that_has_no_reading_decides_nothing():
    assert compiled(r"[\p{all}]*") is None
    assert matches(r"[\p{all}]*", "a") is None


def test_a_pattern_that_backtracks_without_end_decides_nothing():
    assert matches(r"(a|aa)+\1?c", "a" * 60) is None
