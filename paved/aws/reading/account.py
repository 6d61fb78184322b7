"""Calls to an account: each is made once, and each refusal is told from the others by its code."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from paved.aws.services import actions_by_call
from paved.errors import BadInput

# Printing the permissions of an audit imports this module, and needs no botocore.
if TYPE_CHECKING:
    from botocore.exceptions import ClientError

Clients = Callable[[str, str], Any]
"""A boto3 client by service and region."""

EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired")
INVALID = ("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure")
ABSENT = ("NotFound", "NoSuch", "NonExist", "DoesNotExist", "InvalidPlacementGroup.Unknown")
"""Parts of the error codes of AWS for something that is not there."""
FORBIDDEN = ("AccessDenied", "Unauthorized", "NotAuthorized", "AuthorizationError", "Forbidden", "403")
"""Parts of the error codes of AWS for a caller that lacks a permission."""
LOG_IN = "log in again, or name another profile with `--profile`"


class LookupFailure(Exception):
    """The reason why a resource, or a property of it, could not be read."""


class NotFound(LookupFailure):
    """The account has no such thing."""


class Denied(LookupFailure):
    """AWS did not answer a call. `action` is the permission that the caller lacks, None for any other reason."""

    def __init__(self, call: str, reason: str):
        self.call, self.reason = call, reason
        self.action = actions_by_call()[call] if any(word in reason for word in FORBIDDEN) else None
        super().__init__(f"{call}: {reason}")


class NotSimulated(LookupFailure):
    """The in-memory account lacks the call."""

    def __init__(self, call: str):
        self.call = call
        super().__init__(call)


class AccountReader:
    """Reads one account. A call is not made twice; `on_call` is called with each before it is made."""

    def __init__(self, clients: Clients, on_call: Callable[[str], None] | None = None):
        self._clients = clients
        self._on_call = on_call
        self._open: dict[tuple[str, str], Any] = {}
        self._answers: dict[tuple[str, str, str], Any] = {}

    def ask(self, call: str, region: str, **params: Any) -> Mapping[str, Any]:
        """The answer to one call, such as `s3.GetBucketPolicy`. Raises NotFound, Denied, NotSimulated or BadInput."""

        def fetch(client: Any) -> Any:
            return getattr(client, _method(call))(**params)

        answer: Mapping[str, Any] = self._once(call, region, params, fetch)
        return answer

    def pages(self, call: str, region: str, key: str, **params: Any) -> list[Any]:
        """The items that every page of a call lists under `key`. Raises as `ask` does."""

        def fetch(client: Any) -> Any:
            method = _method(call)
            if not client.can_paginate(method):
                return list(getattr(client, method)(**params).get(key, ()))
            items: list[Any] = []
            for page in client.get_paginator(method).paginate(**params):
                items += page.get(key, ())
            return items

        listed: list[Any] = self._once(call, region, params, fetch)
        return listed

    def streamed(self, call: str, region: str, key: str, **params: Any) -> Iterator[Any]:
        """As `pages`, a page at a time and never kept: a bucket lists millions. Raises as `ask` does."""
        _refuse_unlisted(call)
        service = call.partition(".")[0]
        listed = iter(self._client(service, region).get_paginator(_method(call)).paginate(**params))
        while (page := self._try(call, region, lambda _: next(listed, None))) is not None:
            if isinstance(page, Exception):
                raise page
            yield from page.get(key, ())

    def _once(self, call: str, region: str, params: Mapping[str, Any], fetch: Callable[[Any], Any]) -> Any:
        _refuse_unlisted(call)
        key = (call, region, json.dumps(params, sort_keys=True))
        if key not in self._answers:
            self._answers[key] = self._try(call, region, fetch)
        # A failure is kept as well: the same call for another property would fail again.
        if isinstance(self._answers[key], Exception):
            raise self._answers[key]
        return self._answers[key]

    def _try(self, call: str, region: str, fetch: Callable[[Any], Any]) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

        if self._on_call:
            self._on_call(f"{call}  {region}")
        try:
            return fetch(self._client(call.partition(".")[0], region))
        except ClientError as error:
            return _refusal(call, error)
        except NotImplementedError:
            return NotSimulated(call)
        except NoCredentialsError:
            raise BadInput("no AWS credentials were found", hint=LOG_IN) from None
        except BotoCoreError as error:
            name = type(error).__name__
            hint = LOG_IN if "Token" in name or "Credential" in name else None
            raise BadInput(f"{call}: AWS could not be asked ({name})", hint=hint) from None

    def _client(self, service: str, region: str) -> Any:
        if (service, region) not in self._open:
            self._open[service, region] = self._clients(service, region)
        return self._open[service, region]


def _refuse_unlisted(call: str) -> None:
    """Refuse a call that `paved audit --permissions` does not print, with KeyError."""
    if call not in actions_by_call():
        raise KeyError(f"{call} is not among the calls that an audit may make")


def _refusal(call: str, error: "ClientError") -> LookupFailure:
    """The failure that an error of AWS stands for. Its message is never shown: it may quote what was sent."""
    detail = error.response.get("Error", {})
    code, message = str(detail.get("Code")), str(detail.get("Message"))
    if "Not yet implemented" in message or "not been implemented" in message or code == "501":
        return NotSimulated(call)
    if code in EXPIRED:
        raise BadInput("the AWS credentials have expired", hint=LOG_IN) from None
    if code in INVALID:
        raise BadInput(f"AWS does not take these credentials ({code})", hint=LOG_IN) from None
    if code == "404" or any(word in code for word in ABSENT):
        return NotFound(call)
    return Denied(call, code)


def _method(call: str) -> str:
    from botocore import xform_name

    return str(xform_name(call.partition(".")[2]))
