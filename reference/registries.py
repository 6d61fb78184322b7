"""Registries of images in ECR, whose repositories answer to several names.

A private repository is `<account>.dkr.ecr.<region>.amazonaws.com`, by FIPS `dkr.ecr-fips`, and dual-stack
`<account>.dkr-ecr.<region>.on.aws` (ECR guide, "Registry endpoints").
"""


def is_of_account(image: str, account: str) -> bool:
    """Whether an image, or a prefix of images, lies in the ECR registry of an account, in whatever region."""
    return image.partition("/")[0].startswith((f"{account}.dkr.", f"{account}.dkr-ecr."))
