"""What an account holds before any stack lands in it."""

import json

from paved.aws.creating.memory import MemoryAws
from stacks.schema import Foundation

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
"""Who may assume these roles is their maker's business; here they only have to exist."""


def stock_account(memory: MemoryAws, foundation: Foundation) -> None:
    """Make the IAM roles that a foundation names and no stack creates: the deploy role, and those it admits."""
    section, account = foundation.cluster, foundation.account
    iam = memory.client("iam", account.id, account.region)
    for name in sorted({section.deploy_role, *(entry.role for entry in section.access)}):
        if memory.claim((account.id, "role", name)):  # foundations may share an account
            memory.seed(f"{account.id} {name}")
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
