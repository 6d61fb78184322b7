import pytest

from tests.model_health.conftest import logged

pd = pytest.importorskip(
    "pandas", reason="the libraries of the job's image are not here: `make model-health`"
)

CONTEXT = "Invoices are paid within thirty days of their arrival at the accounting office."
GOOD = "Invoices are paid within thirty days."
REFUSAL = "I\u2019m sorry, but as an AI I cannot discuss invoices."
INVENTED = "Suppliers receive bonuses whenever marketing campaigns succeed."
INSULT = "That is a stupid question."


def answers(*texts):
    return logged(pd.DataFrame({"answer": list(texts) * 100, "context": CONTEXT}))


@pytest.mark.parametrize(
    ("metric", "threshold", "bad", "value"),
    [
        ("refusals", 0.1, REFUSAL, 0.5),
        ("toxicity", 0.1, INSULT, 0.5),
        ("groundedness", 0.9, INVENTED, 0.5),
    ],
)
def test_a_proxy_finds_what_was_planted(check, metric, threshold, bad, value):
    monitor = {"kind": "language", "metric": metric, "threshold": threshold}
    assert check(monitor, log=answers(GOOD, GOOD)).state == "passed"
    found = check(monitor, log=answers(GOOD, bad))
    assert (found.state, found.value) == ("failed", pytest.approx(value))


def test_the_scores_of_a_judge_count_where_it_gave_some(check):
    log = answers(GOOD, GOOD).assign(judge_score=[4.0, None] * 100)
    monitor = {"kind": "language", "metric": "judge", "threshold": 3.5}
    found = check(monitor, log=log)
    assert (found.state, found.value, found.rows) == ("passed", 4.0, 100)
    assert check(monitor, log=answers(GOOD)).reason == "the inference log has no column judge_score"
