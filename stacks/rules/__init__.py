"""What a stack must satisfy beyond its types: rules of one stack, and rules of the whole folder."""

from collections.abc import Callable, Iterator
from typing import Any

from stacks.problems import Problem
from stacks.rules.account import ACCOUNT_RULES
from stacks.rules.bases import BASE_RULES
from stacks.rules.budget import BUDGET_RULES_OF_FOLDERS, BUDGET_RULES_OF_FOUNDATIONS, BUDGET_RULES_OF_TEAMS
from stacks.rules.capacity import CAPACITY_RULES
from stacks.rules.cluster import CLUSTER_RULES
from stacks.rules.data import DATA_RULES
from stacks.rules.datasets import DATASET_RULES, STORAGE_RULES
from stacks.rules.detection import DETECTION_RULES, DETECTION_RULES_OF_FOLDERS
from stacks.rules.efa import EFA_RULES, EFA_RULES_OF_EVERY_POOL
from stacks.rules.endpoints import ENDPOINT_RULES
from stacks.rules.grants import GRANT_RULES_OF_FOLDERS, GRANT_RULES_OF_TEAMS
from stacks.rules.images import IMAGE_RULES, IMAGE_RULES_OF_FOLDERS
from stacks.rules.names import name_problems
from stacks.rules.network import NETWORK_RULES
from stacks.rules.organisation import Finding, Organisation
from stacks.rules.platform import PLATFORM_RULES
from stacks.rules.pools import POOL_RULES, RULES_OF_EVERY_POOL
from stacks.rules.quota import QUOTA_RULES
from stacks.rules.registry import REGISTRY_RULES
from stacks.rules.reservations import RESERVATION_RULES, RESERVATION_RULES_OF_FOLDERS
from stacks.rules.retraining import RETRAINING_RULES, RETRAINING_RULES_OF_FOLDERS
from stacks.rules.security import SECURITY_RULES, SECURITY_RULES_OF_FOLDERS
from stacks.rules.shared import SHARED_RULES
from stacks.rules.shared_pools import SHARED_POOL_RULES
from stacks.rules.sharing import (
    SHARING_RULES_OF_FOLDERS,
    SHARING_RULES_OF_PLATFORMS,
    SHARING_RULES_OF_TEAMS,
)
from stacks.rules.tracking import TRACKING_RULES, TRACKING_RULES_OF_FOLDERS
from stacks.rules.usage import USAGE_RULES_OF_FOUNDATIONS, USAGE_RULES_OF_TEAMS
from stacks.schema import Foundation, Platform, Stack, Team

RULES: dict[type, tuple[Callable[[Any], Iterator[Problem]], ...]] = {
    Foundation: (
        *ACCOUNT_RULES,
        *NETWORK_RULES,
        *CLUSTER_RULES,
        *STORAGE_RULES,
        *IMAGE_RULES,
        *DETECTION_RULES,
        *BUDGET_RULES_OF_FOUNDATIONS,
        *BUDGET_RULES_OF_FOUNDATIONS,
        *USAGE_RULES_OF_FOUNDATIONS,
    ),
    Platform: (
        *ACCOUNT_RULES,
        *PLATFORM_RULES,
        *SECURITY_RULES,
        *SHARING_RULES_OF_PLATFORMS,
        *RULES_OF_EVERY_POOL,
        *EFA_RULES_OF_EVERY_POOL,
        *SHARED_POOL_RULES,
        *RESERVATION_RULES,
    ),
    Team: (
        *ACCOUNT_RULES,
        *SECURITY_RULES,
        *REGISTRY_RULES,
        *RULES_OF_EVERY_POOL,
        *POOL_RULES,
        *EFA_RULES_OF_EVERY_POOL,
        *EFA_RULES,
        *QUOTA_RULES,
        *SHARING_RULES_OF_TEAMS,
        *GRANT_RULES_OF_TEAMS,
        *DATA_RULES,
        *ENDPOINT_RULES,
        *TRACKING_RULES,
        *BUDGET_RULES_OF_TEAMS,
        *RETRAINING_RULES,
        *USAGE_RULES_OF_TEAMS,
    ),
}
FOLDER_RULES = (
    *BASE_RULES,
    *SECURITY_RULES_OF_FOLDERS,
    *SHARED_RULES,
    *CAPACITY_RULES,
    *DATASET_RULES,
    *DETECTION_RULES_OF_FOLDERS,
    *SHARING_RULES_OF_FOLDERS,
    *TRACKING_RULES_OF_FOLDERS,
    *BUDGET_RULES_OF_FOLDERS,
    *RETRAINING_RULES_OF_FOLDERS,
    *GRANT_RULES_OF_FOLDERS,
    *IMAGE_RULES_OF_FOLDERS,
    *RESERVATION_RULES_OF_FOLDERS,
)


def stack_problems(name: str, stack: Stack) -> list[Problem]:
    """What is wrong with one stack, looked at alone."""
    found = list(name_problems(name, stack))
    for rule in RULES[type(stack)]:
        found += rule(stack)
    return found


def folder_problems(organisation: Organisation) -> list[Finding]:
    """What is wrong between the stacks of a folder, each problem with the name of the stack it is in."""
    return [finding for rule in FOLDER_RULES for finding in rule(organisation)]
