"""ECR: image repositories, what expires in them, and who may use them."""

from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, tag_map


@reads(
    "aws:ecr/repository:Repository",
    "settings",
    ("name",),
    concerns={"encryptionConfigurations": "encryption", "imageTagMutability": "recovery"},
    left_out={"forceDelete": PROVIDER},
    tagged=True,
)
def repository(sought: Lookup) -> Found:
    name = sought.name("name")
    made = sought.one("ecr.DescribeRepositories", "repositories", repositoryNames=[name])
    arn = made["repositoryArn"]
    return Found(
        names=(name, arn),
        properties={
            "encryptionConfigurations": made.get("encryptionConfiguration"),
            "imageScanningConfiguration": made.get("imageScanningConfiguration"),
            "imageTagMutability": made.get("imageTagMutability"),
        },
        tags=lambda: tag_map(sought.ask("ecr.ListTagsForResource", resourceArn=arn)["tags"]),
    )


@reads("aws:ecr/lifecyclePolicy:LifecyclePolicy", "recovery", ("repository",), documents=("policy",))
def lifecycle_policy(sought: Lookup) -> Found:
    name = sought.name("repository")
    made = sought.ask("ecr.GetLifecyclePolicy", repositoryName=name)
    return Found(names=(name,), properties={"policy": made["lifecyclePolicyText"]})


@reads("aws:ecr/repositoryPolicy:RepositoryPolicy", "public access", ("repository",), documents=("policy",))
def repository_policy(sought: Lookup) -> Found:
    name = sought.name("repository")
    made = sought.ask("ecr.GetRepositoryPolicy", repositoryName=name)
    return Found(names=(name,), properties={"policy": made["policyText"]})


@reads("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", "settings", ())
def registry_scanning(sought: Lookup) -> Found:
    """One for all repositories of an account in a region."""
    made = sought.ask("ecr.GetRegistryScanningConfiguration")
    return Found(names=(str(made["registryId"]),), properties=made["scanningConfiguration"])
