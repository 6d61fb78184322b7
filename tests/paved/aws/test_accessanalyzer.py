"""Access Analyzer: analyzers, which AWS's model judges."""

ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"


def test_analyzers_are_checked_against_the_api_model(account):
    account.create(ANALYZER, {"analyzerName": "external", "type": "ACCOUNT"})
    unused = {"unusedAccess": {"unusedAccessAge": 90}}
    account.create(
        ANALYZER,
        {"analyzerName": "unused", "type": "ACCOUNT_UNUSED_ACCESS", "configuration": unused},
        name="unused",
    )
    assert account.last.calls[0].ran is False
    second = {"analyzerName": "second", "type": "ACCOUNT"}
    assert "one analyzer of external access" in account.rejections(ANALYZER, second, name="second")[0]
    wrong = {"analyzerName": "wrong", "type": "ACCOUNTS"}
    assert "ACCOUNT_UNUSED_ACCESS" in account.rejections(ANALYZER, wrong, name="wrong")[0]
