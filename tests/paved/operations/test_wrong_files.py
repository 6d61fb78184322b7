"""Files that are wrong are told with their place, all at once."""

import errno
from pathlib import Path

import pytest

from paved.errors import BadInput
from paved.operations.sources import read_sources
from tests.paved.operations.world import (
    DETECTOR,
    at,
    update,
)


def test_every_file_that_is_wrong_is_told_at_once(folder, organisation):
    folder.write("history-vision-prod.json", [update(1, at(2), kind="updated")])
    folder.write("history-vision-prd.json", [])
    folder.write("toil.csv", "date,team,minutes,what\n2026-11-04,visoin,90,drained nodes\n")
    folder.write(
        "initiatives.yaml", '- title: GPUs\n  owner: a\n  status: fine\n  due: "2026-12-01"\n  outcome: b\n'
    )
    folder.write("platform-prod/alerts.json", {"status": "error", "error": "query timed out"})
    with pytest.raises(BadInput) as error:
        read_sources(folder.path, organisation, folder.period)
    said = str(error.value)
    for part in (
        "update 1: `kind` must be one of",
        "got `updated`",
        "`history-vision-prd.json` is no file of a folder of exports; did you mean `history-vision-prod.json`?",
        "toil.csv`, line 2: `team` must be one of",
        "line 1: `status` must be planned, on track, at risk, late or done, got `fine`",
        "query timed out",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("history-vision-prod.json", {}, "must be a list of updates"),
        ("history-vision-prod.json", [7], "update 1: must be an object"),
        (
            "history-vision-prod.json",
            [update(1, at(2), startTime="yesterday")],
            "`startTime` must be a moment",
        ),
        (
            "history-vision-prod.json",
            [update(1, at(2), endTime="2026-11-02T00:00:00")],
            "`endTime` must be a moment",
        ),
        (
            "history-vision-prod.json",
            [update(1, at(2), resourceChanges={"create": -1})],
            "`resourceChanges.create`",
        ),
        ("pagerduty.json", {"incidents": [], "more": True}, "is one page of several"),
        ("pagerduty-log.json", {"log_entries": [], "more": True}, "is one page of several"),
        ("pagerduty-log.json", {"incidents": []}, "must have `log_entries`"),
        ("pagerduty-log.json", {"log_entries": [{}]}, "entry 1: must have a `type`"),
        ("pagerduty-log.json", {"log_entries": [{"type": "resolve_log_entry"}]}, "must have an `agent`"),
        ("pagerduty.json", {"incidents": [{"status": "open"}]}, "incident 1: must have a `status`"),
        ("pagerduty.json", {"incidents": [{"status": "resolved"}]}, "`service` must be a reference"),
        ("platform-prod/alertmanager.json", {}, "must be a list of alerts"),
        (
            "platform-prod/alertmanager.json",
            [{"labels": {}}],
            "alert 1: must have `labels` with an `alertname`",
        ),
        ("models-vision-prod.json", {"Contents": [], "IsTruncated": True}, "is one page of several"),
        ("models-vision-prod.json", {"Contents": [{"Key": 1}]}, "object 1: must have a `Key`"),
        (
            "models-vision-prod.json",
            {"Contents": [{"Key": "a", "LastModified": 1}]},
            "`LastModified` must be a moment",
        ),
        (
            "models.csv",
            "model,team\n",
            "line 1: the columns must be model, team, endpoint, got `model, team`",
        ),
        ("models.csv", "model,team,endpoint\na,b,c.d\n", "line 2: `endpoint` must be empty, or"),
        ("models.csv", f"model,team,endpoint\na,b,{DETECTOR}\nc,b,{DETECTOR}\n", "serves several models"),
        ("models.csv", "model,team,endpoint\na,b\n", "line 2: has 2 cells, and the file 3 columns"),
        (
            "toil.csv",
            "date,team,minutes,what\n1.11.,vision,1,a\n",
            "`date` must be a day as YYYY-MM-DD, got `1.11.`",
        ),
        (
            "toil.csv",
            "date,team,minutes,what\n2026-11-01,vision,NaN,a\n",
            "`minutes` must be a number from 0",
        ),
        ("checkpoints.csv", "stack,minutes\nplatform-prod,1\n", "`stack` must be a team's stack, once"),
        ("gpu_prices.csv", "stack,pool,usd_per_gpu_hour\nvision-prod,a100,1\n", "got `vision-prod/a100`"),
        (
            "gpu_prices.csv",
            "stack,pool,usd_per_gpu_hour\nvision-prod,h100,-1\n",
            "`usd_per_gpu_hour` must be a number",
        ),
        ("initiatives.yaml", "title: a\n", "must be a list of initiatives"),
        ("initiatives.yaml", "- 7\n", "line 1: must be a mapping"),
        ("initiatives.yaml", "- &a {title: b}\n- *a\n", "anchor"),
        ("initiative.yaml", "[]", "did you mean `initiatives.yaml`?"),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_place(organisation, folder, name, content, said):
    folder.write(name, content)
    with pytest.raises(BadInput) as error:
        read_sources(folder.path, organisation, folder.period)
    assert said in str(error.value)
    assert name in str(error.value)


def test_a_folder_that_may_not_be_read_is_no_empty_one(folder, organisation, monkeypatch):
    (folder.path / "platform-prod").mkdir(parents=True)
    listed = Path.iterdir

    def refused(path):
        if path.name == "platform-prod":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refused)
    with pytest.raises(BadInput, match="platform-prod` cannot be read: Permission denied"):
        read_sources(folder.path, organisation, folder.period)
