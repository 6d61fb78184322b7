"""The cost of storage: buckets, images, logs, volumes and file systems."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pricing.cost_components import CostComponent, free, gap, metered
from pricing.cost_range import CostRange
from pricing.money import DAYS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at, gib, number

VOLUME_CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
BUCKETS = {"-models": "models_gib", "-datasets": "datasets_gib", "-inference": "inference_log_gib"}
LOGS = {
    "paved:cluster:Cluster": "control_plane_log_gb",
    "paved:network:FlowLogs": "flow_log_gb",
    "paved:telemetry:PodLogs": "pod_log_gb",
}


def bucket(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The contents of a bucket, all of it at the Standard rate, the dearest of those its lifecycle chooses."""
    key = next((key for end, key in BUCKETS.items() if resource.name.endswith(end)), None)
    yield _stored("stored, S3 Standard", "s3-standard-storage", key, pricing_inputs)
    yield metered("requests that write", pricing_inputs.rates.service("s3-standard-puts"), None)
    yield metered("requests that read", pricing_inputs.rates.service("s3-standard-gets"), None)


def repository(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The images of a repository."""
    yield _stored("images stored", "ecr-storage", "images_gib", pricing_inputs)


def scanning(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """Scans of images: by Amazon Inspector once for each and again for each later scan, or by ECR for nothing."""
    if at(resource.inputs, "scanType") != "ENHANCED":
        yield free("scans of images", "basic scanning is free (cloudburn.io of March 2026)")
        return
    rates = pricing_inputs.rates
    yield metered("first scans of images", rates.service("inspector-image-scans"), None)
    yield metered("later scans of images", rates.service("inspector-image-rescans"), None)


def log_group(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The logs written to a log group, and those gathered in it by the end of its retention."""
    key = LOGS.get(pricing_inputs.resources.parent_type(resource))
    days = number(at(resource.inputs, "retentionInDays"))
    if key is None:
        yield metered("logs written", pricing_inputs.rates.service("logs-ingested"), None)
        return
    assumed = pricing_inputs.usage.amount(key)
    written = pricing_inputs.rates.service("logs-ingested")
    note = f"{assumed.amount:f} GB a month"
    yield metered(
        "logs written",
        written,
        CostRange.usage(assumed.amount),
        assumed=True,
        starred=assumed.is_default,
        note=note,
    )
    if days is None:
        yield gap("logs kept", "their retention is not known before `up`")
        return
    kept = CostRange.usage(assumed.amount * days / DAYS_A_MONTH)
    kept_rate = pricing_inputs.rates.service("logs-stored")
    note = f"{days:f} days of them, as if they were not compressed"
    yield metered("logs kept", kept_rate, kept, assumed=True, starred=assumed.is_default, note=note)


def file_system(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """An FSx for Lustre file system by its capacity, and by its throughput where it is persistent."""
    capacity = number(at(resource.inputs, "storageCapacity"))
    deployment = str(at(resource.inputs, "deploymentType") or "SCRATCH_1")
    throughput = number(at(resource.inputs, "perUnitStorageThroughput"))
    if capacity is None:
        yield gap("file system", "its capacity is not known before `up`")
        return
    kind = "scratch" if deployment.startswith("SCRATCH") else f"persistent-{throughput or 0:f}"
    rate = pricing_inputs.rates.service(f"fsx-lustre-{kind}")
    yield metered("FSx for Lustre", rate, CostRange.flat(capacity), note=f"{capacity:f} GiB, {kind}")


def claimed_volumes(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The volumes that a chart's values claim, each as often as there are replicas beside it."""
    total = sum(_claims(at(resource.inputs, "values")), Decimal(0))
    if total:
        rate = pricing_inputs.rates.service("ebs-gp3-storage")
        yield metered("claimed volumes gp3", rate, CostRange.flat(total), note=f"{total.normalize():f} GiB")


def claim(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """A volume claim of the default class; a claim of another class names a volume that is priced elsewhere."""
    size = gib(at(resource.inputs, "spec", "resources", "requests", "storage"))
    if at(resource.inputs, "spec", "volumeName") or at(resource.inputs, "spec", "storageClassName") == "":
        return
    if size is None:
        yield gap("claimed volume", "its size is not known before `up`")
        return
    yield metered("claimed volume gp3", pricing_inputs.rates.service("ebs-gp3-storage"), CostRange.flat(size))


def quota(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The volumes that a namespace may claim beside those of the plan, up to its quota.

    What pods keep on the disks of nodes is in the nodes' root volumes.
    """
    hard = at(resource.inputs, "spec", "hard", "requests.storage")
    if hard is None:
        return
    size = gib(hard)
    if size is None:
        yield gap("volumes that pods claim", "their quota is not known before `up`")
        return
    namespace = at(resource.inputs, "metadata", "namespace")
    planned = (
        gib(at(each.inputs, "spec", "resources", "requests", "storage"))
        for each in pricing_inputs.resources.of(VOLUME_CLAIM)
        if at(each.inputs, "metadata", "namespace") == namespace
    )
    most = max(size - sum((each for each in planned if each), Decimal(0)), Decimal(0))
    assumed = pricing_inputs.usage.amount("volumes_gib")
    expected = min(assumed.amount, most)
    amount = CostRange(floor=Decimal(0), low=expected, expected=expected, ceiling=most)
    rate = pricing_inputs.rates.service("ebs-gp3-storage")
    note = f"{expected:f} GiB, at most {most:f} by the quota"
    yield metered(
        "volumes that pods claim, gp3", rate, amount, assumed=True, starred=assumed.is_default, note=note
    )


def _claims(value: Any, replicas: Decimal = Decimal(1)) -> Iterator[Decimal]:
    if isinstance(value, list | tuple):
        for each in value:
            yield from _claims(each, replicas)
    elif isinstance(value, dict):
        count = number(value.get("replicas")) or replicas
        size = gib(at(value, "volumeClaimTemplate", "spec", "resources", "requests", "storage"))
        if size:
            yield size * count
        for key in sorted(value):
            yield from _claims(value[key], count)


def _stored(what: str, item: str, key: str | None, pricing_inputs: PricingInputs) -> CostComponent:
    rate = pricing_inputs.rates.service(item)
    if key is None:
        return metered(what, rate, None)
    assumed = pricing_inputs.usage.amount(key)
    note = f"{assumed.amount:f} GiB"
    return metered(
        what, rate, CostRange.usage(assumed.amount), assumed=True, starred=assumed.is_default, note=note
    )


def backup_vault(_resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The backups in a vault, by the gigabyte and month."""
    yield metered("backups kept", pricing_inputs.rates.service("backup-storage"), None)
