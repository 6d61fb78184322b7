"""What a stack must satisfy beyond its types: rules of one stack, and rules of the whole folder."""

from collections.abc import Callable, Iterator
from typing import Any

from stacks.checks.account import ACCOUNT_RULES
from stacks.checks.budget import BUDGET_RULES_OF_FOLDERS, BUDGET_RULES_OF_FOUNDATIONS, BUDGET_RULES_OF_TEAMS
from stacks.checks.capacity import CAPACITY_RULES
from stacks.checks.cluster import CLUSTER_RULES
from stacks.checks.cross_stack import SHARED_RULES
from stacks.checks.data import DATA_RULES
from stacks.checks.datasets import DATASET_RULES, STORAGE_RULES
from stacks.checks.detection import DETECTION_RULES, DETECTION_RULES_OF_FOLDERS
from stacks.checks.efa import EFA_RULES, EFA_RULES_OF_EVERY_POOL
from stacks.checks.endpoints import ENDPOINT_RULES
from stacks.checks.grants import GRANT_RULES_OF_FOLDERS, GRANT_RULES_OF_TEAMS
from stacks.checks.images import IMAGE_RULES, IMAGE_RULES_OF_FOLDERS
from stacks.checks.names import name_problems
from stacks.checks.network import NETWORK_RULES
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.platform import PLATFORM_RULES
from stacks.checks.pools import POOL_RULES, RULES_OF_EVERY_POOL
from stacks.checks.quota import QUOTA_RULES
from stacks.checks.quota_borrowing import (
    SHARING_RULES_OF_FOLDERS,
    SHARING_RULES_OF_PLATFORMS,
    SHARING_RULES_OF_TEAMS,
)
from stacks.checks.registry import REGISTRY_RULES
from stacks.checks.reservations import RESERVATION_RULES, RESERVATION_RULES_OF_FOLDERS
from stacks.checks.retraining import RETRAINING_RULES, RETRAINING_RULES_OF_FOLDERS
from stacks.checks.security import SECURITY_RULES, SECURITY_RULES_OF_FOLDERS
from stacks.checks.shared_pools import SHARED_POOL_RULES
from stacks.checks.stack_references import BASE_RULES
from stacks.checks.tracking import TRACKING_RULES, TRACKING_RULES_OF_FOLDERS
from stacks.checks.usage import USAGE_RULES_OF_FOUNDATIONS, USAGE_RULES_OF_TEAMS
from stacks.reading.problems import Problem
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


def folder_problems(organisation: Organisation) -> list[StackProblem]:
    """What is wrong between the stacks of a folder, each problem with the name of the stack it is in."""
    return [finding for rule in FOLDER_RULES for finding in rule(organisation)]
