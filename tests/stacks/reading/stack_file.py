"""The stack file that the tests of reading write, and the cases that stand in fixtures."""

from pathlib import Path

import yaml

FILE = "Pulumi.vision-prod.yaml"


def cases(name):
    """The cases of a fixture."""
    return yaml.safe_load(
        (Path(__file__).parents[1] / "fixtures" / f"{name}.yaml").read_text(encoding="utf-8")
    )
