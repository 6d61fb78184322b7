"""Acceptance of a node's own disks: fio on the instance store, which holds images and scratch data."""

from paved.samples.pods import Manifest, container, metadata, pod_spec, share, template
from paved.samples.team_facts import JobPool, TeamFacts

SCRATCH_GIB = 64
SECONDS = 60
COMMON = [
    "fio",
    "--directory=/scratch",
    "--filename=acceptance",
    f"--size={SCRATCH_GIB}G",
    "--direct=1",
    "--ioengine=libaio",
    "--group_reporting",
    "--time_based",
    f"--runtime={SECONDS}",
    "--output-format=normal",
]
RUNS = {
    "write": ["--rw=write", "--bs=1M", "--iodepth=32", "--numjobs=1"],
    "read": ["--rw=read", "--bs=1M", "--iodepth=32", "--numjobs=1"],
    "random-read": ["--rw=randread", "--bs=4k", "--iodepth=64", "--numjobs=4"],
}


def disk_check(place: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """A Job of one pod that writes, reads, and reads at random, one after the other."""
    script = " && ".join(" ".join([*COMMON, f"--name={run}", *options]) for run, options in RUNS.items())
    fio = container(
        place,
        "fio",
        command=["sh", "-c", script],
        resources=share(pool.smallest, 1),
        volumeMounts=[{"name": "scratch", "mountPath": "/scratch"}],
    )
    spec = pod_spec(pool, name, fio)
    spec["volumes"] = [{"name": "scratch", "emptyDir": {"sizeLimit": f"{2 * SCRATCH_GIB}Gi"}}]
    return [
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": metadata(place, name),
            "spec": {"backoffLimit": 0, "template": template(place, pool, spec)},
        }
    ]
