"""`paved objectives` before a release: the query, the verdict and its exit code."""

import json

import pytest

MOMENT = 1_764_504_000
"""2025-11-30 at 12:00 UTC."""
AT = ("--at", "2025-11-30T12:05Z")


@pytest.fixture
def budgets(tmp_path):
    def write(left):
        service = {"sloth_service": "vision-prod.defect-detector"}
        result = [
            {"metric": {**service, "sloth_slo": slo}, "value": [MOMENT, value]}
            for slo, value in (("availability", left), ("probe", "1"))
        ]
        path = tmp_path / "budgets.json"
        data = {"status": "success", "data": {"resultType": "vector", "result": result}}
        path.write_text(json.dumps(data), encoding="utf-8")
        return str(path)

    return write


def test_without_a_file_the_query_is_printed(paved):
    said = paved("objectives", "vision-prod")
    assert "exit 0" in said
    assert 'slo:period_error_budget_remaining:ratio{sloth_service=~"vision-prod[.].+"}' in said


@pytest.mark.parametrize(
    ("left", "code", "says"), [("0.42", 0, "42.0 %  open"), ("0", 1, "used up"), ("NaN", 1, "is no number")]
)
def test_a_release_goes_with_its_budget(paved, budgets, left, code, says):
    said = paved("objectives", "vision-prod", "--budgets", budgets(left), *AT)
    assert f"exit {code}\n" in said
    assert says in said


def test_a_file_of_yesterday_blocks(paved, budgets):
    said = paved(
        "objectives", "vision-prod", "--budgets", budgets("1"), "--at", "2025-12-01T12:00Z", "--json"
    )
    data = json.loads(said.partition("--- stdout\n")[2])
    assert (data["open"], data["objectives"][0]["blocked"]) == (
        False,
        "blocked: asked at 2025-11-30 12:00 UTC, more than 15 minutes ago",
    )
