"""A backup that was not made is published, and one that was is not."""

import json

import pytest
from moto.events.models import EventPattern

from components.recovery.failed_backups import failed_backup

EVENT = failed_backup("foundation-risk", "paved-foundation-risk")


def ended(state, vault="paved-foundation-risk"):
    """AWS Backup's event of a job, as its guide shows it."""
    return {
        "source": "aws.backup",
        "detail-type": "Backup Job State Change",
        "detail": {
            "backupJobId": "32fe",
            "backupVaultName": vault,
            "resourceArn": "arn:aws:s3:::models",
            "state": state,
        },
    }


@pytest.mark.parametrize(
    ("event", "is_told"),
    [
        (ended("FAILED"), True),
        (ended("EXPIRED"), True),
        (ended("ABORTED"), True),
        (ended("COMPLETED"), False),
        (ended("RUNNING"), False),
        (ended("FAILED", vault="somebody-elses"), False),
    ],
)
def test_a_job_that_ends_without_a_backup_is_told_of(event, is_told):
    assert EventPattern(json.dumps(EVENT.pattern), EVENT.pattern).matches_event(event) is is_told


def test_every_word_in_brackets_is_found_in_the_event():
    assert {part.partition(">")[0] for part in EVENT.text.split("<")[1:]} == set(EVENT.paths)
