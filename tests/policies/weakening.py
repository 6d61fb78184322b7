"""Every way to weaken a resource by one thing: a property less, a switch the other way, a statement for everybody."""

import copy
import json
from dataclasses import replace

DOCUMENTS = ("policy", "assumeRolePolicy")
WIDE = ("Action", "Resource", "Principal")
OPEN = {"cidrIpv4": "0.0.0.0/0", "verbs": ["*"], "apiGroups": ["*"]}
"""Properties of a resource, and what lets everybody in."""


def weakened(subject):
    """Where something is changed, and the resource with that change."""
    for path, changed in changes(subject.properties):
        yield path, replace(subject, properties=changed)
    for key in DOCUMENTS:
        if isinstance(subject.properties.get(key), str):
            document = json.loads(subject.properties[key])
            for path, changed in (*changes(document), *widened(document)):
                properties = {**subject.properties, key: json.dumps(changed)}
                yield f"{key}.{path}", replace(subject, properties=properties)
    if subject.protect:
        yield "(protect)", replace(subject, protect=False)


def changes(data):
    for path in paths(data):
        yield shown(path), pruned(data, path)
        if isinstance(at(data, path), bool):
            yield f"{shown(path)} (turned)", assigned(data, path, not at(data, path))
        elif path[-1] in OPEN and at(data, path):
            yield f"{shown(path)} (everything)", assigned(data, path, OPEN[path[-1]])


def widened(document):
    for index, statement in enumerate(document.get("Statement", ())):
        for key in WIDE:
            path = ("Statement", index, key)
            if statement["Effect"] == "Allow" and key in statement and statement[key] != "*":
                yield f"{shown(path)} (everything)", assigned(document, path, "*")


def paths(value, so_far=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*so_far, key)
            yield from paths(item, (*so_far, key))
    elif isinstance(value, list):
        for index, item in enumerate(value[:2]):
            yield (*so_far, index)
            yield from paths(item, (*so_far, index))


def shown(path):
    return ".".join(map(str, path))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def pruned(value, path):
    changed = copy.deepcopy(value)
    del at(changed, path[:-1])[path[-1]]
    return changed


def assigned(value, path, item):
    changed = copy.deepcopy(value)
    at(changed, path[:-1])[path[-1]] = item
    return changed
