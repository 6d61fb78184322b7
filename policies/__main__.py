"""The policy pack, as `pulumi preview --policy-pack policies` starts it."""

import sys
from pathlib import Path

from pulumi_policy import PolicyPack

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the engine runs this folder, in which `policies` is not found

from policies.crossguard import Pack  # noqa: E402 - found by way of the line above

PolicyPack("paved", Pack(ROOT / "stacks").policies())
