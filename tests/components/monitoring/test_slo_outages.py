"""The losses of an endpoint that are an outage, evaluated by Prometheus itself."""

from tests.components.monitoring.endpoint_series import (
    AVAILABLE,
    BATCH,
    DOWN,
    FAST,
    RUNTIMES,
    SERVED,
    UNSEEN,
    UP,
    firing,
)


@RUNTIMES
def test_an_outage_whose_targets_are_gone_pages(simulate, objective, runtime):
    """The Deployment is deleted after an hour: every series of it ends."""
    series = {
        SERVED[runtime]: "0+60x60 stale",
        UP: "1x60 stale",
        AVAILABLE: "1x60 stale",
        BATCH: "1x60 stale",
    }
    simulate(
        objective(runtime=runtime),
        series,
        {
            ("1h", firing(DOWN)): [],
            ("62m", firing(DOWN)): [],
            ("66m", firing(DOWN, severity="page", tier="1", namespace="vision-prod")): [1],
            ("66m", firing(FAST)): [],
            ("66m", firing(UNSEEN)): [],
            ("80m", firing(UNSEEN)): [1],
        },
    )


def test_an_endpoint_that_never_came_up_is_reported(simulate, objective):
    simulate(objective(), {"nothing": "1x30"}, {("10m", firing(DOWN)): [1], ("20m", firing(UNSEEN)): [1]})


def test_a_replica_that_runs_without_its_model_is_an_outage(simulate, objective):
    """MLServer stays up, answers scrapes and is never ready when it cannot load its model."""
    series = {UP: "1x60", AVAILABLE: "0x60"}
    simulate(objective(), series, {("10m", firing(DOWN)): [1], ("30m", firing(UNSEEN)): []})


def test_the_loss_of_kube_state_metrics_alone_is_no_outage(simulate, objective):
    series = {UP: "1x60", AVAILABLE: "1x10 stale"}
    simulate(objective(), series, {("30m", firing(DOWN)): []})


def test_one_replica_of_several_is_enough(simulate, objective):
    series = {UP: "0x60", UP.replace('"a"', '"b"'): "1x60", AVAILABLE: "1x60"}
    simulate(objective(), series, {("30m", firing(DOWN)): [], ("30m", firing(UNSEEN)): []})
