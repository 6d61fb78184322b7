"""Acceptance of a node's own disks: fio on the instance store, which holds images and scratch data."""

from paved.samples.pods import Manifest, container, job_metadata, node_share, pod_spec, pod_template
from paved.samples.team_facts import JobPool, TeamFacts

SCRATCH_GIB = 64
SECONDS = 60
COMMON = [
    "fio",
    "--directory=/scratch",
    "--filename=acceptance",
    f"--size={SCRATCH_GIB}G",
    "--direct=1",  # past the page cache, which would be measured otherwise
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


def disk_check(team: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """A Job of one pod that writes, reads, and reads at random, one after the other."""
    commands = [" ".join([*COMMON, f"--name={run}", *options]) for run, options in RUNS.items()]
    fio = container(
        team,
        "fio",
        command=["sh", "-c", " && ".join(commands)],
        resources=node_share(pool.smallest, 1),
        volumeMounts=[{"name": "scratch", "mountPath": "/scratch"}],
    )
    spec = pod_spec(pool, name, fio)
    # An emptyDir is on the disk that the kubelet has: on these nodes, the instance store.
    spec["volumes"] = [{"name": "scratch", "emptyDir": {"sizeLimit": f"{2 * SCRATCH_GIB}Gi"}}]
    return [
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": job_metadata(team, name),
            "spec": {"backoffLimit": 0, "template": pod_template(team, pool, spec)},
        }
    ]
