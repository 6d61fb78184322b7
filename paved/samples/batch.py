"""A batch without accelerators: an indexed Job whose pods each fill a node, and do one share of the work each."""

from paved.samples.pods import (
    PROGRAMS,
    Manifest,
    container,
    environment,
    job_metadata,
    pod_spec,
    pod_template,
    program_config_map,
    program_mounts,
    whole_node_resources,
)
from paved.samples.team_facts import JobPool, TeamFacts
from reference.vocabulary import REGIONAL_BUCKETS, SCRATCH_FOLDER

SHARES_OF_A_NODE = 4
"""A node that goes away takes one share along, a quarter of what it would have done."""
SERIES = 1000
FAILURES = 3


def batch(team: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """Forecasts of many series, on as many nodes as the queue lets the job fill."""
    shares = SHARES_OF_A_NODE * pool.nodes
    resources = whole_node_resources(pool)
    values = {
        "AWS_REGION": team.region,
        **REGIONAL_BUCKETS,
        "CPUS": resources["requests"]["cpu"],
        "RESULTS": f"s3://{team.bucket}/{SCRATCH_FOLDER}/{name}",
        "SERIES": str(SERIES),
        "SHARES": str(shares),
    }
    worker = container(
        team,
        "worker",
        command=["python3", f"{PROGRAMS}/forecast.py"],
        env=environment(team, values),
        resources=resources,
        volumeMounts=program_mounts(),
    )
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": job_metadata(team, name),
        "spec": {
            "completionMode": "Indexed",
            "completions": shares,
            "parallelism": pool.nodes,
            "backoffLimit": FAILURES,
            # A node that went away is no failure of the share that ran there.
            "podFailurePolicy": {
                "rules": [
                    {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
                ]
            },
            "template": pod_template(team, pool, pod_spec(pool, name, worker)),
        },
    }
    return [program_config_map(team, name, "forecast.py"), job]
