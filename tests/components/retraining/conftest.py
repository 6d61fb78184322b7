"""A team's retraining with one trigger of each kind."""

from dataclasses import replace

import pytest

from components.account import Account
from components.registry.registry import Registry, RegistryArgs
from components.retraining.events import Drift, NewData
from components.retraining.retraining import Retraining, RetrainingArgs, RunTrigger
from components.retraining.run import RunJob
from components.retraining.start import Schedule
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from tests.components.registry.test_registry import ARGS as REGISTRY
from tests.components.topics import topic_of

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
RUN = RunJob(
    stack="vision-prod",
    trigger="nightly",
    image="111122223333.dkr.ecr.us-east-1.amazonaws.com/vision-prod/trainer@sha256:" + "b" * 64,
    command=("python3", "train.py"),
    code_commit="git:" + "c" * 40,
    settings_digest="sha256:" + "a" * 64,
    models="paved-vision-prod-models-111122223333",
    datasets="paved-vision-prod-datasets-111122223333",
    dataset="frames/",
    pool="l40s",
    nodes=1,
    cpu=8,
    memory_gib=64,
    disk_gib=150,
    gpus=1,
    accelerator="l40s",
    device="nvidia.com/gpu",
    efas=0,
    priority="nightly",
    timeout_hours=6,
    retries=1,
    queue_url=None,
    labels={"team": "vision", "paved.dev/stack": "vision-prod"},
)
NIGHTLY = RunTrigger(
    run=RUN, source=Schedule(cron="30 22 * * *", time_zone="Europe/Berlin"), window_minutes=5
)
FRAMES = RunTrigger(
    run=replace(RUN, trigger="frames", nodes=2, efas=16),
    source=NewData(bucket=RUN.datasets, prefix="frames/", suffix="_SUCCESS"),
    window_minutes=30,
)
DRIFT = RunTrigger(
    run=replace(RUN, trigger="drifted"),
    source=Drift(endpoint="detector", cooldown_hours=48),
    window_minutes=5,
)


@pytest.fixture
def run_of():
    def make(**changes):
        return replace(RUN, **changes)

    return make


@pytest.fixture
def plan_retraining(plan_program):
    def plan(*triggers):
        def program():
            registry = Registry("vision-prod", RegistryArgs(**vars(REGISTRY)))
            key = EncryptionKey(
                "vision-prod",
                EncryptionKeyArgs(
                    account=ACCOUNT,
                    alias="paved-vision-prod",
                    description="Data",
                    policy="{}",
                    deletion_window_days=30,
                    protect=True,
                ),
            )
            args = RetrainingArgs(
                account=ACCOUNT,
                stack="vision-prod",
                team="vision",
                namespace="vision-prod",
                labels=RUN.labels,
                datasets=registry.datasets,
                key=key,
                topic=topic_of(ACCOUNT, "vision-prod"),
                trainer_role=registry.identities["trainer"].role_name,
                triggers=triggers or (NIGHTLY, FRAMES, DRIFT),
                after=registry,
            )
            Retraining("vision-prod", args)

        return plan_program(program)

    return plan


@pytest.fixture
def planned(plan_retraining):
    return plan_retraining()


@pytest.fixture
def triggers():
    return {"nightly": NIGHTLY, "frames": FRAMES, "drifted": DRIFT}
