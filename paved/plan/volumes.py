"""A team's volumes as a reviewer reads them: how large, how fast, where, what they show and what they cannot do."""

from collections.abc import Iterator, Mapping
from typing import Any

from paved.plan.notes import known

LIMITS = {
    "scratch": "scratch is not replicated: a server that fails takes files along; never protected",
    "exports": "exports follow minutes later: what a job wrote last may not be in S3 when it ends",
    "zone": "Lustre is in one zone: nodes of other zones read more slowly, and pay for it",
    "root": "elsewhere a file system belongs to root: what S3 shows there without POSIX metadata is only read",
    "mount": "Mountpoint has no append, no rename and no change of a file",
}


def volume_rows(volumes: Any) -> Iterator[tuple[str, str]]:
    """The rows of the plan's section on data, from the output `volumes` of a team stack."""
    if not isinstance(volumes, Mapping):
        return
    limits: set[str] = set()
    for name, volume in volumes.items():
        if volume["kind"] == "fsx-lustre":
            yield name, _file_system(volume)
            yield "", f"the team writes in {', '.join(volume['writable'])}"
            yield from (("", _link(link)) for link in volume["links"])
            limits |= _limits(volume)
        else:
            yield name, _mount(volume)
            limits.add("mount")
    for limit, text in LIMITS.items():
        if limit in limits:
            yield "limit", text


def _file_system(volume: Mapping[str, Any]) -> str:
    parts = [
        f"Lustre, {volume['deployment']}, {volume['storage_gib']} GiB, {volume['throughput_mbps']} MB/s",
        volume["zone"],
    ]
    if volume["expires"]:
        parts.append(f"until {volume['expires']}")
    return ", ".join(parts)


def _link(link: Mapping[str, Any]) -> str:
    ways = [f"{way} {', '.join(link[way])}" for way in ("imports", "exports") if link[way]]
    return f"{link['path']} shows {known(link['source'])}: {'; '.join(ways) or 'as it is now'}"


def _mount(volume: Mapping[str, Any]) -> str:
    use = "new files may be written" if volume["writable"] else "read-only"
    cache = f", {volume['cache_gib']} GiB of cache on each node" if volume["cache_gib"] else ""
    return f"{known(volume['source'])}, {use}{cache}"


def _limits(volume: Mapping[str, Any]) -> set[str]:
    exports = any(link["exports"] for link in volume["links"])
    return {"root", "zone", volume["deployment"]} | ({"exports"} if exports else set())
