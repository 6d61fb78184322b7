"""The regions that offer EKS and an instance type with accelerators, as facts with dates. No network."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

EKS_REFUSES = frozenset({"use1-az3", "usw1-az2", "cac1-az3"})
"""Zones in which EKS takes no subnet of a cluster (EKS user guide, "VPC and subnet requirements")."""

RESIDENCIES = ("af", "ap", "ca", "eu", "il", "me", "sa", "us")
"""Where a team's data may rest: each is the beginning of the names of the regions that it takes in."""

LEFT_OUT_REGIONS: Mapping[str, str] = MappingProxyType(
    {
        "ap-east-2": "what EC2 offers there is not recorded",
        "ap-southeast-6": "what EC2 offers there is not recorded",
        "ap-southeast-7": "what EC2 offers there is not recorded",
        "ca-west-1": "it offers none of the instance types with accelerators",
        "mx-central-1": "what EC2 offers there is not recorded",
    }
)
"""Commercial regions with EKS that one may look for, and why they are not in the table: by moto 5.2.5."""


@dataclass(frozen=True, kw_only=True)
class Region:
    """One row of `regions.csv`: a commercial region that offers EKS, and AWS's name of its place."""

    name: str
    place: str
    source: str
    as_of: str


def regions() -> Mapping[str, Region]:
    """Every region this release of Paved knows, by name, sorted."""
    return _regions()


@cache
def _regions() -> Mapping[str, Region]:
    text = (files("reference") / "data" / "regions.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    found = {row["region"]: _region(row) for row in rows}
    return MappingProxyType({name: found[name] for name in sorted(found)})


def _region(row: dict[str, str]) -> Region:
    return Region(name=row["region"], place=row["place"], source=row["source"], as_of=row["as_of"])
