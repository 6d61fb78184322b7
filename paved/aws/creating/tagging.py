"""The rules of tags that all of AWS shares, and that the API models of some services (EC2) leave out."""

from collections.abc import Iterator, Mapping

from paved.aws.creating.strict import ModelViolation

LONGEST_KEY = 128
LONGEST_VALUE = 256
MOST_TAGS = 50
RESERVED = "aws:"


def tag_findings(tags: Mapping[str, str]) -> Iterator[ModelViolation]:
    """Every way in which the tags of one resource break the rules."""
    if len(tags) > MOST_TAGS:
        yield ModelViolation(parameter="tags", rule=f"must be at most {MOST_TAGS}", value=len(tags))
    for key, value in sorted(tags.items()):
        parameter = f"tags[{key!r}]"
        if not 1 <= len(key) <= LONGEST_KEY:
            yield ModelViolation(
                parameter=parameter, rule=f"must have a key of 1 to {LONGEST_KEY} characters", value=key
            )
        if key.lower().startswith(RESERVED):
            yield ModelViolation(parameter=parameter, rule=f"must not start with `{RESERVED}`", value=key)
        if not isinstance(value, str) or len(value) > LONGEST_VALUE:
            yield ModelViolation(
                parameter=parameter, rule=f"must be text of at most {LONGEST_VALUE} characters", value=value
            )
