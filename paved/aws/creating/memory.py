"""AWS in this process's memory: moto, one account per account id, and no way out to a network."""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import cache
from typing import Any
from unittest.mock import patch
from zlib import crc32

import boto3
import botocore.session
import moto
from botocore.httpsession import URLLib3Session
from botocore.loaders import Loader, create_loader
from moto.backend_index import backend_url_patterns
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, iam_backends
from moto.kms.utils import generate_private_key
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

ACCOUNT_HEADER = "x-moto-account-id"
UNINSTALLED = frozenset({"xray"})
"""Services whose part of moto needs a package that is not here: each of their calls is one that moto lacks."""
_NO_CONFIGURATION = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCESS_KEY_ID": "rehearsal",
    "AWS_SECRET_ACCESS_KEY": "rehearsal",
    "AWS_DEFAULT_REGION": "us-east-1",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # thousands of images a region that nobody looks at
}


class NetworkForbidden(RuntimeError):
    """A call was about to leave this process."""


class MemoryAws:
    """In-memory AWS while it is entered, once at a time. Nothing of the user's AWS configuration reaches it."""

    _is_open = False  # the simulator's accounts belong to the process

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._claims: set[tuple[str, ...]] = set()
        self._sessions: dict[tuple[str, str], boto3.Session] = {}
        self._clients: dict[tuple[str, str, str], Any] = {}

    def __enter__(self) -> "MemoryAws":
        if MemoryAws._is_open:
            raise RuntimeError("the in-memory AWS of this process is in use: close the other rehearsal first")
        MemoryAws._is_open = True
        self._stack.callback(setattr, MemoryAws, "_is_open", False)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "MOTO_"))}
        self._stack.enter_context(patch.dict(os.environ, kept | _NO_CONFIGURATION, clear=True))
        self._stack.enter_context(patch.object(URLLib3Session, "send", _refuse))
        # This backend alone draws its ids where no seed reaches.
        self._stack.enter_context(patch("moto.fsx.models.uuid4", mock_random.uuid4))
        # No rehearsal reads key material, and moto makes an RSA key of 50 ms for every key that it creates.
        self._stack.enter_context(patch("moto.kms.models.generate_private_key", _private_key))
        mock = moto.mock_aws(config={"core": {"mock_credentials": False}})
        mock.start(reset=False)  # the last one to stop has left nothing behind
        self._stack.callback(mock.stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._clients.clear()
        self._sessions.clear()
        self._stack.close()

    def session(self, account: str, region: str) -> boto3.Session:
        """A boto3 session whose calls land in `account`."""
        core = botocore.session.Session()
        core.register_component("data_loader", _loader())
        session = boto3.Session(
            aws_access_key_id="rehearsal",
            aws_secret_access_key="rehearsal",
            region_name=region,
            botocore_session=core,
        )

        def name_account(params: dict[str, Any], **_: object) -> None:
            params["headers"][ACCOUNT_HEADER] = account

        session.events.register("before-call", name_account)
        for service in UNINSTALLED:
            session.events.register_first(f"before-send.{service}", _lack)
        return session

    def client(self, service: str, account: str, region: str) -> Any:
        """The client of a service for an account and a region, made once."""
        key = (service, account, region)
        if key not in self._clients:
            scope = (account, region)
            session: Any = self._sessions.get(scope) or self._sessions.setdefault(scope, self.session(*scope))
            self._clients[key] = session.client(service)
            _open_backends(service, ((DEFAULT_ACCOUNT_ID, "us-east-1"), scope))
        return self._clients[key]

    def claim(self, key: tuple[str, ...]) -> bool:
        """Take a name that no simulator keeps, and say whether it was free."""
        free = key not in self._claims
        self._claims.add(key)
        return free

    def is_claimed(self, key: tuple[str, ...]) -> bool:
        """Whether a name was taken."""
        return key in self._claims

    def add_managed_policy(self, account: str, partition: str, arn: str) -> None:
        """Put a policy that AWS manages into an account, if AWS has one of that ARN.

        moto can load all of them into every account, at half a second each.
        """
        policies = iam_backends[account][partition].managed_policies
        facts = _managed_policies().get(arn.rpartition("/")[2])
        if arn not in policies and facts is not None:
            policy = AWSManagedPolicy.from_data(arn.rpartition("/")[2], account, partition, facts)
            policies[policy.arn] = policy

    @staticmethod
    def seed(name: str) -> None:
        """Make the ids that follow a function of `name`, so that one more resource changes no other."""
        mock_random.seed(crc32(name.encode()))


def _open_backends(service: str, scopes: Iterable[tuple[str, str]]) -> None:
    """Make the simulator's backends outside any resource's seed: they draw ids of their own when they are made.

    Each request looks at the default account as well, whatever account it is for.
    """
    if service not in dict(backend_url_patterns) or service in UNINSTALLED:
        return
    backends_of: Any = get_backend  # overloaded by service name, which is known late here
    state = mock_random.getstate()
    for account, region in scopes:
        backends = backends_of(service)[account]
        backends[region if region in backends else get_partition(region)]
    mock_random.setstate(state)


@cache
def _private_key(key_spec: str) -> Any:
    return generate_private_key(key_spec)


@cache
def _loader() -> Loader:
    """Shared, because parsing the API models is most of the cost of a client."""
    return create_loader()


@cache
def _managed_policies() -> dict[str, Any]:
    return dict(json.loads(aws_managed_policies_data))


def _lack(**event: Any) -> None:
    raise NotImplementedError(f"moto's part of {event['event_name']} needs a package that is not here")


def _refuse(_session: URLLib3Session, request: Any) -> Mapping[str, Any]:
    raise NetworkForbidden(
        f"{request.method} {request.url} would leave this process; a rehearsal asks no network"
    )
