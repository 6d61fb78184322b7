"""A retraining run as stack files write it, without what starts it."""

RUN = {
    "repository": "trainer",
    "image_digest": "sha256:" + "a" * 64,
    "code_commit": "git:" + "b" * 40,
    "command": ["python3", "train.py"],
    "dataset": "frames/",
    "pool": "h100",
    "gpus": 8,
    "cpu": 100,
    "memory_gib": 1000,
    "timeout_hours": 8,
}
SCHEDULE = {"cron": "0 22 * * *", "time_zone": "Europe/Berlin"}
