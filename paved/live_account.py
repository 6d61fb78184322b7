"""The AWS account that the caller's credentials open, and its errors in words for a user."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from paved.errors import BadInput, Refused
from stacks.reading.problems import shown

Profile = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="A profile of the AWS configuration; else the environment's.", show_default=False
    ),
]
BILLING_REGION = "us-east-1"
"""AWS Budgets and Cost Explorer have one endpoint, whatever the region of a stack."""

CONNECT_SECONDS = 5
READ_SECONDS = 30


class LiveAccount:
    """Clients of one account. Nothing is called before a client's method is."""

    def __init__(self, profile: str | None = None):
        """Raises BadInput for an AWS configuration that cannot be read, or lacks the profile."""
        import boto3

        with _configured():
            self._session = boto3.Session(profile_name=profile)

    def client(self, service: str, region: str) -> Any:
        """A client that gives up within a minute. Raises BadInput for an AWS configuration that makes none."""
        from botocore.config import Config

        retries: Any = {"mode": "standard", "total_max_attempts": 3}
        config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=retries)
        with _configured():
            return self._session.client(service, region_name=region, config=config)  # type: ignore[call-overload]


@contextmanager
def _configured() -> Iterator[None]:
    """Turn an error of botocore in its own files and variables into BadInput. It quotes no secret of them."""
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except (BotoCoreError, ValueError) as error:
        raise BadInput(
            f"the AWS configuration is of no use: {shown(str(error), limit=160)}",
            hint="look at AWS_PROFILE and the file that AWS_CONFIG_FILE names, or name a profile with `--profile`",
        ) from None


@contextmanager
def answered(doing: str) -> Iterator[None]:
    """Say what failed, and never more of a request than its name. Raises BadInput or Refused."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError:
        raise BadInput(
            f"{doing}: no AWS credentials were found", hint="name a profile with `--profile`, or log in first"
        ) from None
    except ClientError as error:
        code, operation = error.response["Error"]["Code"], error.operation_name
        raise Refused(f"{doing}: AWS answered {code} to {operation}") from None
    except BotoCoreError as error:
        raise BadInput(f"{doing}: AWS could not be asked ({type(error).__name__})") from None
