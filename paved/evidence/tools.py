"""The tools that decide what is planned or judged: Python, libraries, and Paved's own code."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from paved.plan.program_digest import code_digest

PACKAGES = ("botocore", "moto", "pulumi", "pulumi-aws", "pulumi-kubernetes", "pulumi-policy", "pydantic")
"""Libraries that decide what is planned or judged."""
CODE = ("components", "paved", "policies", "pricing", "reference", "stacks")


def tool_versions() -> dict[str, str]:
    """The version of Python and of each library, and the SHA-256 of Paved's code."""
    versions = {"python": platform.python_version(), "paved": code_digest(CODE)}
    for package in PACKAGES:
        versions[package] = _version(package)
    return versions


def other_tools(stated: Mapping[str, str], own: Mapping[str, str]) -> list[str]:
    """The tools that differ between those that wrote a bundle and those that read it, in words."""
    names = sorted(name for name in stated.keys() | own.keys() if stated.get(name) != own.get(name))
    return [f"{name} {_short(stated, name)} there, {_short(own, name)} here" for name in names]


def _short(tools: Mapping[str, str], name: str) -> str:
    return str(tools.get(name, "absent"))[:12]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
