"""The files by which a folder becomes a Pulumi project that has Paved as a dependency."""

import json
from collections.abc import Mapping
from importlib.metadata import distribution, version

from stacks.reading.editor_schema import schema_text

PROGRAM = '''"""The Pulumi program: read this stack's config, build it, export its outputs."""

from stacks.program.run import run_main

run_main()
'''
PROJECT = """name: paved
description: The paved road for ML teams
runtime:
  name: python
  options:
    virtualenv: .venv
stackConfigDir: stacks
"""
PACK = """# The pack of `pulumi preview --policy-pack policy-pack`. It runs in the project's own environment.
description: What is never allowed on the paved road
runtime:
  name: python
  options:
    virtualenv: ../.venv
version: 1.0.0
"""
PACK_PROGRAM = '''"""The policy pack, with what this organisation sets in stacks/policy.yaml."""

from pathlib import Path

from pulumi_policy import PolicyPack

from policies.crossguard import Pack

PolicyPack("paved", Pack(Path(__file__).resolve().parents[1] / "stacks").policies())
'''
IGNORED = ".venv/\n__pycache__/\n"


def project_files() -> Mapping[str, str]:
    """Every file but the stacks, by its path in the project."""
    return {
        "Pulumi.yaml": PROJECT,
        "__main__.py": PROGRAM,
        "requirements.txt": f"{requirement()}\n",
        ".gitignore": IGNORED,
        "policy-pack/PulumiPolicy.yaml": PACK,
        "policy-pack/__main__.py": PACK_PROGRAM,
        "stacks/schema.json": schema_text(),
    }


def requirement() -> str:
    """Paved as a dependency: from the repository and commit that it was installed from, else by its version."""
    origin = json.loads(distribution("paved").read_text("direct_url.json") or "{}")
    vcs = origin.get("vcs_info")
    if vcs:
        return f"paved @ {vcs['vcs']}+{origin['url']}@{vcs['commit_id']}"
    return f"paved=={version('paved')}"
