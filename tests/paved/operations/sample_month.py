"""A month of the sample organisation: a platform that has something to tell, and one that exports nothing."""

import json
from datetime import timedelta

from paved.operations.goodput import USES
from paved.operations.summary import Summary
from tests.paved.operations.world import (
    AVAILABLE,
    DAY,
    DETECTOR,
    Gpus,
    alert,
    at,
    endpoint_alert,
    rfc3339,
    steady,
    step,
    update,
)

LAST = 30 * DAY
HOSTILE = "<script>alert(1)</script> | [x](javascript:1) `a` @all"


def write_month(folder, repository):
    """Write every file of the month."""
    deliveries(folder, repository)
    incidents(folder)
    objectives(folder)
    gpus(folder)
    models(folder)
    people(folder)
    earlier(folder)


def deliveries(folder, repository):
    """Deployments to production twice a week and now and then by hand, of which one failed and one was rolled back."""
    of_stack = {"vision-prod": range(2, 29, 3), "platform-prod": range(3, 29, 8), "foundation-prod": (5, 19)}
    for stack, days in of_stack.items():
        before = at(1) - timedelta(days=12)
        heads = [repository.commit(before, f"stacks/Pulumi.{stack}.yaml")]
        history = [update(0, before, environment={"git.head": heads[0]})]
        for number, day in enumerate(days, start=1):
            repository.commit(at(day, 8), f"stacks/Pulumi.{stack}.yaml")
            head = repository.commit(at(day, 13), f"stacks/Pulumi.{stack}.yaml")
            result = {"result": "failed"} if (stack, day) == ("vision-prod", 11) else {}
            history.append(update(number, at(day, 15), environment={"git.head": head}, **result))
            heads.append(head)
        history.append(update(98, at(27, 11), kind="refresh", environment={"ci.system": None}))
        if stack == "platform-prod":
            back = {"git.head": heads[-2], "ci.system": None}
            history.append(update(99, at(28, 17), environment=back))
        folder.write(f"history-{stack}.json", history)
    folder.write("history-ranking-dev.json", [update(0, at(1) - timedelta(days=3)), update(1, at(9, 10))])


def incidents(folder):
    """A bad release, a node that broke, and Karpenter that was down for a quarter of an hour; in dev nothing."""
    folder.watchdog()
    folder.watchdog(platform="platform-dev")
    folder.export("alerts", platform="platform-dev")
    folder.export(
        "alerts",
        endpoint_alert("EndpointErrorBudgetBurnsFast", step(14, 16), step(14, 17, 20)),
        endpoint_alert("EndpointDown", step(14, 16, 40), step(14, 17)),
        alert("AcceleratorUnhealthy", "page", step(21, 3), step(21, 3, 45), team="platform"),
        alert("KarpenterDown", "page", step(23, 9), step(23, 9, 10), team="platform"),
    )


def objectives(folder):
    """The endpoint of tier 1: an hour in which a tenth of its requests failed."""
    failed = {**steady(0.008, 1, LAST), **steady(4.0, step(14, 16), step(14, 17))}
    folder.objectives((AVAILABLE, steady(40.0, 1, LAST), failed))


def gpus(folder):
    """Fine-tunes on four nodes, one of which was evicted once, an endpoint that idles at night, and evaluation."""
    made = Gpus()
    for start in range(1, 29, 4):
        first, last = step(start, 6), step(start + 2, 2)
        for number in range(4):
            node, name = f"h100-{start}-{number}", f"finetune-{start}-{number}"
            made.node(node, 8, first - 6, last + 3)
            begun = first
            if start == 13:
                half = first + 150
                made.pod(
                    f"{name}-a",
                    node,
                    8,
                    [("Pending", first - 4, first - 1), ("Running", first, half)],
                    job=f"f-{start}",
                )
                made.measure(f"{name}-a", first, half, measured=8, busy=8, sm_active=0.62)
                begun, name = half + 20, f"{name}-b"
            phases = [
                ("Pending", begun - 4, begun - 1),
                ("Running", begun, last),
                ("Succeeded", last + 1, last + 3),
            ]
            made.pod(name, node, 8, phases, job=f"f-{start}")
            hot = 2 if number == 1 else 0
            made.measure(name, begun, last, measured=8, busy=8, throttled=hot, sm_active=0.62)
    for number in range(4):
        node, name = f"serving-{number}", f"defect-detector-predictor-{number}"
        made.node(node, 1, 1, LAST, pool="l40s-serving")
        made.pod(name, node, 1, [("Running", 1, LAST)])
        for day in range(30):
            made.busy(name, day * DAY + step(1, 6), day * DAY + step(1, 22), 1)
        made.measure(name, 1, LAST, measured=1, busy=0, sm_active=0.2)
    made.write(folder)
    ranking = Gpus()
    ranking.node("ranking-1", 4, step(9), step(12), stack="ranking-dev", pool="l4")
    ranking.pod("notebook", "ranking-1", 4, [("Running", step(9, 2), step(11, 18))], namespace="ranking-dev")
    ranking.measure(
        "notebook", step(9, 2), step(11, 18), measured=4, busy=1, namespace="ranking-dev", sm_active=0.1
    )
    ranking.write(folder, platform="platform-dev")
    folder.export("queue_pending", ({"cluster_queue": "vision-prod"}, steady(32, step(13, 18), step(13, 21))))
    folder.export(
        "queue_evictions",
        (
            {"cluster_queue": "vision-prod", "reason": "Preempted", "instance": "a"},
            {1: 3, 3000: 3, 3900: 4, LAST: 4},
        ),
    )
    folder.write("checkpoints.csv", "stack,minutes\nvision-prod,60\n")
    folder.write(
        "gpu_prices.csv",
        "stack,pool,usd_per_gpu_hour\nvision-prod,h100,6.88\nvision-prod,l40s-serving,3.00424\n",
    )


def models(folder):
    """Nine models, of which three serve from endpoints of stack files; one release."""
    rows = [
        f"detector,vision,{DETECTOR}",
        *(f"legacy-{n},{'growth' if n % 2 else 'search'}," for n in range(6)),
    ]
    folder.write("models.csv", "model,team,endpoint\n" + "\n".join(rows) + "\n")
    keys = {
        "lineage/candidates/defect-detector/2026-11-13.json": at(13, 9),
        "defect-detector/2026-11-13/m.onnx": at(13, 14),
    }
    contents = [{"Key": key, "LastModified": rfc3339(moment)} for key, moment in keys.items()]
    folder.write("models-vision-prod.json", {"Contents": contents})


def people(folder):
    """What people did by hand, and mean to do."""
    folder.write(
        "toil.csv",
        "date,team,minutes,what\n2026-11-21,platform,95,drained a node with a broken GPU\n"
        "2026-11-11,vision,40,ran a failed deployment again\n",
    )
    entries = [
        (
            "A release gate in every pipeline",
            "vision-lead",
            "on track",
            "2026-12-15",
            "No release without an evaluation",
        ),
        (
            "Half of search's models on the road",
            "search-lead",
            "at risk",
            "2027-01-31",
            "Six models fewer to patch",
        ),
        ("GPU reservations shared by teams", HOSTILE, "planned", "2027-02-28", "A fifth less idle capacity"),
    ]
    keys = ("title", "owner", "status", "due", "outcome")
    lines = []
    for entry in entries:
        pairs = [f"{key}: {json.dumps(value)}" for key, value in zip(keys, entry, strict=True)]
        lines.append("- " + "\n  ".join(pairs))
    folder.write("initiatives.yaml", "\n".join(lines) + "\n")


def earlier(folder):
    """Reports of most of the eleven months before; that of June is lost."""
    for back in range(1, 11):
        month = f"2026-{11 - back:02}"
        if month != "2026-06":
            better = 11 - back
            summary = Summary(
                days=30,
                deployments=4 + better,
                failed_deployments=2 if back % 3 else 1,
                lead_time_seconds=tuple(3600 * hour for hour in (3, 30 - 2 * better, 60)),
                incidents=3 + back // 3,
                restore_seconds=(1800, 5400 + 600 * back, 14000),
                endpoints=2,
                endpoints_met=1 if back % 4 else 2,
                models=8,
                models_on_road=1,
                interventions=3 + back,
                gpu_seconds={
                    use: 3600 * (900 + 60 * better if use == "useful" else 120 + 10 * back) for use in USES
                },
                gpu_cents=100 * 11000,
            )
            data = {
                "schema_version": "1",
                "month": month,
                "platform": {"summary": summary.model_dump(mode="json")},
            }
            folder.write(f"operations-{month}.json", data)
