"""Searches for a learning rate with Ray Tune, a trial on each GPU, and leaves the best in S3."""

import json
import os
from urllib.parse import urlparse

import boto3
import record
from ray import tune

TRIALS, STEPS = int(os.environ.get("TRIALS", "16")), 50
GPUS = float(os.environ.get("GPUS_PER_TRIAL", "1"))


def trial(config):
    """Gradient descent on a parabola. Put your training in its place, and report what it is judged by."""
    position = 10.0
    for _ in range(STEPS):
        position -= config["learning_rate"] * 2 * position
        tune.report({"loss": position**2})


def main():
    tuner = tune.Tuner(
        tune.with_resources(trial, {"cpu": 1, "gpu": GPUS}),
        param_space={"learning_rate": tune.loguniform(1e-4, 1.0)},
        tune_config=tune.TuneConfig(metric="loss", mode="min", num_samples=TRIALS),
    )
    best = tuner.fit().get_best_result()
    found = {"config": best.config, "loss": best.metrics["loss"]}
    print(json.dumps(found), flush=True)
    record.recorder()("loss", best.metrics["loss"], 0)
    place = urlparse(os.environ["RESULT"])
    body = json.dumps(found, sort_keys=True).encode()
    boto3.client("s3").put_object(Bucket=place.netloc, Key=place.path.lstrip("/"), Body=body)


if __name__ == "__main__":
    main()
