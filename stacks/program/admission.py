"""The policies by which the API server judges requests in teams' namespaces."""

from components.platform.admission import Admission, AdmissionArgs
from components.platform.admission_rules import JobChoices
from components.platform.team_images import TeamImages
from reference.security_level import reaches
from stacks.program.context import PlatformContext
from stacks.program.providers import account
from stacks.program.shared_pools import accelerator_classes, admission_grants
from stacks.schema import Platform


def build_admission(context: PlatformContext) -> None:
    """Declare what the API server refuses in teams' namespaces."""
    stack = context.stack
    Admission(
        f"{context.name}-admission",
        AdmissionArgs(
            environment=stack.environment,
            data_classes=stack.tenancy.data_classes,
            dedicated_to=stack.tenancy.dedicated_to,
            choices=JobChoices(
                priorities=[each.name for each in stack.queues.priorities],
                accelerators=accelerator_classes(stack),
                images=team_images(stack),
            ),
            frameworks=stack.queues.frameworks,
            labels=context.tags,
            grants=admission_grants(context.name, stack),
        ),
        context.options(),
    )


def team_images(stack: Platform) -> TeamImages:
    """The images that teams run: their own and shared ones; below `hardened` any that is no other team's too."""
    where = account(stack.account)
    return TeamImages(
        account=where.id,
        registry=where.ecr_host,
        shared=stack.tenancy.images,
        closed=reaches(stack.security, "hardened"),
    )
