"""The Pulumi program: read this stack's config, build it, export its outputs."""

import pulumi

from stacks.program import build
from stacks.program.engine_config import configured_stack

for name, value in build(pulumi.get_stack(), configured_stack()).items():
    pulumi.export(name, value)
