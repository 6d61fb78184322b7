"""A cluster that tests may use: what it is asked, what it refuses, and the removal of all that a run has made."""

import json
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Manifest = dict[str, Any]
T = TypeVar("T")

RUN_LABEL = "paved.dev/test-run"
"""Label of everything that a run of these tests makes in a cluster. Value: the run."""
DEADLINE_SECONDS = 120
POLL_SECONDS = 0.3


class Refused(Exception):
    """An object that the cluster did not take, with its words."""


@dataclass
class Cluster:
    """The cluster that KUBECONFIG names, as its administrator. `made` are the kinds of its objects."""

    run: str
    made: set[str] = field(default_factory=set)

    def kubectl(self, *arguments: str, data: object = None) -> subprocess.CompletedProcess[str]:
        """Run one command; `data` is its standard input, as JSON."""
        text = None if data is None else json.dumps(data)
        return subprocess.run(
            ["kubectl", *arguments], input=text, capture_output=True, text=True, check=False
        )

    def read(self, *arguments: str) -> Any:
        """Answer a question as JSON; None for an object that is not there. Raises Refused when it fails."""
        done = self.kubectl("get", *arguments, "--ignore-not-found", "-o", "json")
        if done.returncode:
            raise Refused(done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def items(self, kind: str, *arguments: str) -> list[Manifest]:
        """List the objects of a kind."""
        found = self.read(kind, *arguments) or {}
        return list(found.get("items", []))

    def marked(self, manifest: Manifest) -> Manifest:
        """Put the run's label on an object."""
        metadata = manifest["metadata"]
        labels = {**metadata.get("labels", {}), RUN_LABEL: self.run}
        return {**manifest, "metadata": {**metadata, "labels": labels}}

    def create(self, manifest: Manifest) -> Manifest:
        """Create one object and return it. Raises Refused."""
        self.made.add(plural(manifest))
        done = self.kubectl("create", "-f", "-", "-o", "json", data=self.marked(manifest))
        if done.returncode:
            raise Refused(done.stderr)
        created: Manifest = json.loads(done.stdout)
        return created

    def apply(self, manifests: Iterable[Manifest]) -> None:
        """Create objects or change those of the run. Raises Refused, and for an object that somebody else made."""
        items = [self.marked(each) for each in manifests]
        self.made.update(plural(each) for each in items)
        everything = {"apiVersion": "v1", "kind": "List", "items": items}
        found = self.kubectl("get", "--ignore-not-found", "-o", "json", "-f", "-", data=everything)
        there = json.loads(found.stdout or "{}") if found.returncode == 0 else {}
        foreign = [
            each for each in objects(there) if each["metadata"].get("labels", {}).get(RUN_LABEL) != self.run
        ]
        if foreign:
            names = ", ".join(f"{each['kind']} {each['metadata']['name']}" for each in foreign)
            raise Refused(f"the cluster has objects that this run did not make: {names}")
        done = self.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", data=everything)
        if done.returncode:
            raise Refused(done.stderr)

    def delete(self, *arguments: str) -> None:
        """Delete objects, and wait until they are gone."""
        self.kubectl("delete", *arguments, "--ignore-not-found", f"--timeout={DEADLINE_SECONDS}s")

    def wait(self, what: str, look: Callable[[], T | None], seconds: float = DEADLINE_SECONDS) -> T:
        """Look again and again until there is something. Raises AssertionError that names what did not come."""
        deadline = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
            time.sleep(POLL_SECONDS)
        return found

    def remove_all(self, kinds: Sequence[str]) -> None:
        """Remove the objects of the run, kinds that hold others up first."""
        for kind in kinds:
            scope = () if kind in ("namespaces", "nodes") else ("--all-namespaces",)
            self.delete(kind, "-l", f"{RUN_LABEL}={self.run}", *scope)


def objects(answer: Manifest) -> list[Manifest]:
    """The objects of an answer, which is a list or one object."""
    if not answer:
        return []
    return list(answer["items"]) if "items" in answer else [answer]


def plural(manifest: Manifest) -> str:
    """The name by which kubectl takes a kind of object."""
    group = str(manifest["apiVersion"]).rpartition("/")[0]
    kind = str(manifest["kind"]).lower()
    return f"{kind}.{group}" if group else kind
