import pytest

from stacks.checks.cron import cron_problem

GOOD = ["30 22 * * *", "*/5 0-6,20-23 1,15 * Mon-Fri", "0 0 ? jan-mar sun", "0 4 1 */3 0", "0 0/6 * * 1-5/2"]
GOOD += [
    "0 0 29 2 *",
    "0 0 31 2,3 *",
    "0 0 30/1 1-2 ?",
    "0 0 31 feb mon",
    "0 0 31 2 */2",
    "0 0 28/3 2 *",
    "0 0 31,1 2 *",
]
NEVER = ["0 0 31 2 *", "0 0 30 feb ?", "0 0 31 4,6,9,11 *", "0 0 31 4/5,2 */1", "0 0 30-31 2 *"]
BAD = {
    "0 0 * *": "must have 5 fields, got 4",
    "60 0 * * *": "must have a minute of 0 to 59, got `60`",
    "0 24 * * *": "must have a hour of 0 to 23, got `24`",
    "0 0 0 * *": "must have a day of the month of 1 to 31, got `0`",
    "0 0 * 13 *": "must have a month of 1 to 12, got `13`",
    "0 0 * * 7": "must have a day of the week of 0 to 6, got `7`",
    "0 0 * * fri-mon": "must have a day of the week of 0 to 6, got `fri-mon`",
    "5-1 0 * * *": "must have a minute of 0 to 59, got `5-1`",
    "*/0 0 * * *": "must have a minute of 0 to 59, got `*/0`",
    "a 0 * * *": "must have a minute of 0 to 59, got `a`",
    ", 0 * * *": "must have a minute of 0 to 59, got `,`",
    "*-5 0 * * *": "must have a minute of 0 to 59, got `*-5`",
}


@pytest.mark.parametrize("cron", GOOD)
def test_what_kubernetes_reads_is_good(cron):
    assert cron_problem(cron) is None


@pytest.mark.parametrize("cron", NEVER)
def test_a_day_that_never_comes_is_told(cron):
    assert cron_problem(cron) == f"must have a day that some month has, got `{cron}`"


@pytest.mark.parametrize("cron", BAD)
def test_what_kubernetes_refuses_is_told(cron):
    assert cron_problem(cron) == BAD[cron]
