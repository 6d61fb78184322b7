"""User data of nodes, taken apart as Karpenter and nodeadm do: a MIME archive, a NodeConfig, or a script."""

from collections.abc import Iterator, Mapping
from email import message_from_string
from typing import Any

import yaml

NODE_CONFIG = "application/node.eks.aws"
SCRIPT = "text/x-shellscript"


def container_limits(text: str) -> Mapping[str, int]:
    """The soft limits of every container that NodeConfigs set, by name; empty where they leave the image's."""
    limits: dict[str, int] = {}
    for config in _node_configs(text):
        process = _below(config, "spec", "containerd", "baseRuntimeSpec", "process")
        entries = process.get("rlimits") or ()
        # A later NodeConfig's list takes the place of an earlier one's.
        limits = {str(each["type"]): int(each["soft"]) for each in entries} or limits
    return limits


def scripts(text: str) -> list[str]:
    """The shell scripts that run before the node joins."""
    return [part for kind, part in _parts(text) if kind == SCRIPT]


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """The parts of an archive with their types; of anything else, the whole with the type that it looks like."""
    message = message_from_string(text.lstrip())
    if message.is_multipart():
        for part in message.walk():
            if not part.is_multipart():
                yield part.get_content_type(), str(part.get_payload())
    elif text:
        yield (NODE_CONFIG if _mapping(text) else SCRIPT), text


def _node_configs(text: str) -> Iterator[Mapping[str, Any]]:
    for kind, part in _parts(text):
        if kind == NODE_CONFIG:
            yield _mapping(part)


def _mapping(text: str) -> Mapping[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _below(value: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    for key in keys:
        found = value.get(key)
        value = found if isinstance(found, Mapping) else {}
    return value
