"""The Pulumi program: read this stack's config, build it, export its outputs."""

from stacks.program.run import run_main

run_main()
