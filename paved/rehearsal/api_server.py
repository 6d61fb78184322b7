"""A real Kubernetes API server, where the environment names one: it checks objects and changes nothing."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paved.aws.creating.rejections import Rejected, Rejection

TIMEOUT_SECONDS = 30
MISSING = re.compile(r"no matches for kind|namespaces \"[^\"]+\" not found")
"""Errors about kinds and namespaces that the rehearsed stack would have created: they say nothing of the object."""


@dataclass(frozen=True)
class ApiServer:
    """Reached through `kubectl`, with the kubeconfig and the context that the user's own commands use."""

    kubectl: str

    @classmethod
    def from_environment(cls) -> "ApiServer | None":
        """The server that `KUBECONFIG` names, or None where it names none or `kubectl` is not on PATH."""
        kubectl = shutil.which("kubectl")
        return cls(kubectl) if kubectl and os.environ.get("KUBECONFIG") else None

    def dry_run(self, manifest: Mapping[str, Any]) -> str | None:
        """Apply the object as a server-side dry run. Returns why it could not be judged, where it could not.

        Raises Rejected when the server refuses it.
        """
        command = [self.kubectl, "apply", "--server-side", "--dry-run=server", "--filename", "-"]
        try:
            done = subprocess.run(
                command,
                input=json.dumps(manifest),
                capture_output=True,
                text=True,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"the API server did not answer: {error}"
        answer = " ".join(done.stderr.split())
        if done.returncode == 0:
            return None
        if MISSING.search(answer) or "Unable to connect" in answer:
            return f"the API server could not judge it: {answer}"
        raise Rejected([Rejection(call="kubectl apply --dry-run=server", rule=answer)])
