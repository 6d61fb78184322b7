"""Asking an account: each call once, each refusal for what it is."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from paved.audit.permissions import ACTIONS
from paved.errors import BadInput

Clients = Callable[[str, str], Any]
"""A boto3 client by service and region."""

EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired")
INVALID = ("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure")
ABSENT = ("NotFound", "NoSuch", "NonExist", "DoesNotExist", "InvalidPlacementGroup.Unknown")
"""What is in the codes by which AWS says that something is not there."""
FORBIDDEN = ("AccessDenied", "Unauthorized", "NotAuthorized", "AuthorizationError", "Forbidden", "403")
"""What is in the codes by which AWS says that somebody may not ask."""
LOG_IN = "log in again, or name another profile with `--profile`"


class NotFound(Exception):
    """What was asked for is not in the account."""


class Denied(Exception):
    """AWS did not answer a call. `action` is what the caller may not do, None where that is not the reason."""

    def __init__(self, call: str, reason: str):
        self.call, self.reason = call, reason
        self.action = ACTIONS[call] if any(word in reason for word in FORBIDDEN) else None
        super().__init__(f"{call}: {reason}")


class NotHeld(Exception):
    """The in-memory account lacks the call."""

    def __init__(self, call: str):
        self.call = call
        super().__init__(call)


class AccountReader:
    """Reads of one account. A call that was made is not made again; `tell` hears of each before it is made."""

    def __init__(self, clients: Clients, tell: Callable[[str], None] | None = None):
        self._clients = clients
        self._tell = tell
        self._open: dict[tuple[str, str], Any] = {}
        self._answers: dict[tuple[str, str, str], Any] = {}

    def ask(self, call: str, region: str, **params: Any) -> Mapping[str, Any]:
        """The answer to one call, such as `s3.GetBucketPolicy`. Raises NotFound, Denied, NotHeld or BadInput."""

        def made(client: Any) -> Any:
            return getattr(client, _method(call))(**params)

        answer: Mapping[str, Any] = self._once(call, region, params, made)
        return answer

    def pages(self, call: str, region: str, key: str, **params: Any) -> list[Any]:
        """What every page of a call lists under `key`. Raises as `ask` does."""

        def made(client: Any) -> Any:
            method = _method(call)
            if not client.can_paginate(method):
                return list(getattr(client, method)(**params).get(key, ()))
            pages = client.get_paginator(method).paginate(**params)
            return [item for page in pages for item in page.get(key, ())]

        listed: list[Any] = self._once(call, region, params, made)
        return listed

    def _once(self, call: str, region: str, params: Mapping[str, Any], made: Callable[[Any], Any]) -> Any:
        if call not in ACTIONS:
            raise KeyError(f"{call} is not among the calls that an audit may make")
        key = (call, region, json.dumps(params, sort_keys=True))
        if key not in self._answers:
            self._answers[key] = self._tried(call, region, made)
        if isinstance(self._answers[key], Exception):
            raise self._answers[key]
        return self._answers[key]

    def _tried(self, call: str, region: str, made: Callable[[Any], Any]) -> Any:
        if self._tell:
            self._tell(f"{call}  {region}")
        try:
            return made(self._client(call.partition(".")[0], region))
        except ClientError as error:
            return _refusal(call, error)
        except NotImplementedError:
            return NotHeld(call)
        except NoCredentialsError:
            raise BadInput("no AWS credentials were found", hint=LOG_IN) from None
        except BotoCoreError as error:
            said = f"{call}: AWS could not be asked ({type(error).__name__})"
            raise BadInput(said, hint=LOG_IN if "Token" in said or "Credential" in said else None) from None

    def _client(self, service: str, region: str) -> Any:
        if (service, region) not in self._open:
            self._open[service, region] = self._clients(service, region)
        return self._open[service, region]


def check_caller(account: AccountReader, wanted: str, region: str, stack: str) -> None:
    """See to it that the credentials open the account of the stack. Raises BadInput where they do not."""
    try:
        found = str(account.ask("sts.GetCallerIdentity", region)["Account"])
    except (Denied, NotFound) as refused:
        raise BadInput(f"these credentials open no account ({refused})", hint=LOG_IN) from None
    if found != wanted:
        raise BadInput(
            f"`{stack}` belongs in the account {wanted}, these credentials open {found}: nothing was read",
            hint="name a profile of that account with `--profile`",
        )


def _refusal(call: str, error: ClientError) -> Exception:
    """What a refusal means. The message of AWS is never shown: it may quote what was sent."""
    detail = error.response.get("Error", {})
    code, message = str(detail.get("Code")), str(detail.get("Message"))
    if "Not yet implemented" in message or "not been implemented" in message or code == "501":
        return NotHeld(call)
    if code in EXPIRED:
        raise BadInput("the AWS credentials have expired", hint=LOG_IN) from None
    if code in INVALID:
        raise BadInput(f"AWS does not take these credentials ({code})", hint=LOG_IN) from None
    if code == "404" or any(word in code for word in ABSENT):
        return NotFound(call)
    return Denied(call, code)


def _method(call: str) -> str:
    return str(xform_name(call.partition(".")[2]))
