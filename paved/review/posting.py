"""One comment on a pull request of GitHub or a merge request of GitLab, written once and then edited."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paved.errors import BadInput
from paved.files import read_json
from paved.review.comment import MARKER
from stacks.reading.problems import shown

if TYPE_CHECKING:
    from urllib3 import PoolManager

PAGE = 100
"""Comments of a page, the most that both services give."""
PATIENCE_SECONDS = 30
TRIES = 3


@dataclass(frozen=True, kw_only=True)
class GitHub:
    """A pull request. Comments of an action's own token are the bot's."""

    api: str
    repository: str
    number: int
    token: str

    whoami = ""
    edit_method = "PATCH"

    @property
    def comments(self) -> str:
        """The address of the list of comments."""
        return f"{self.api}/repos/{self.repository}/issues/{self.number}/comments"

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of every request."""
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/vnd.github+json"}

    def address_of(self, comment: Mapping[str, Any]) -> str:
        """The address of one comment."""
        return f"{self.api}/repos/{self.repository}/issues/comments/{int(comment['id'])}"

    def is_own(self, comment: Mapping[str, Any], me: str) -> bool:
        """Whether the action's bot wrote a comment: somebody else's with the same first line is not edited."""
        user = comment.get("user") or {}
        return user.get("login") == "github-actions[bot]" and user.get("type") == "Bot"


@dataclass(frozen=True, kw_only=True)
class GitLab:
    """A merge request. The token is of a bot user of the project."""

    api: str
    project: int
    number: int
    token: str

    edit_method = "PUT"

    @property
    def whoami(self) -> str:
        """The address that tells whose token it is."""
        return f"{self.api}/user"

    @property
    def comments(self) -> str:
        """The address of the list of notes."""
        return f"{self.api}/projects/{self.project}/merge_requests/{self.number}/notes"

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of every request."""
        return {"PRIVATE-TOKEN": self.token}

    def address_of(self, comment: Mapping[str, Any]) -> str:
        """The address of one note."""
        return f"{self.comments}/{int(comment['id'])}"

    def is_own(self, comment: Mapping[str, Any], me: str) -> bool:
        """Whether the token's user wrote a note."""
        return str((comment.get("author") or {}).get("username")) == me


CommentService = GitHub | GitLab
"""The service that keeps the comments of one change."""


def service_of(environment: Mapping[str, str]) -> CommentService:
    """The service of the pipeline that this runs in. Raises BadInput outside of one, or where something is missing."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github(environment)
    if environment.get("GITLAB_CI") == "true":
        return _gitlab(environment)
    raise BadInput(
        "`--post` is for a pipeline: neither GITHUB_ACTIONS nor GITLAB_CI is `true`",
        hint="without `--post` the comment is printed",
    )


def post(text: str, service: CommentService) -> str:
    """Write the comment, or edit the one that is there: `written` or `edited`. Raises BadInput where refused."""
    from urllib3 import PoolManager
    from urllib3.util import Retry

    # Only what may be asked twice is: a comment that is written again would be a second one.
    retry = Retry(total=TRIES, backoff_factor=1, allowed_methods=("GET", "PATCH", "PUT"))
    http = PoolManager(timeout=PATIENCE_SECONDS, retries=retry)
    me = str(_ask(http, service, "GET", service.whoami).get("username")) if service.whoami else ""
    for comment in _comments(http, service):
        if str(comment.get("body", "")).startswith(MARKER) and service.is_own(comment, me):
            _ask(http, service, service.edit_method, service.address_of(comment), {"body": text})
            return "edited"
    _ask(http, service, "POST", service.comments, {"body": text})
    return "written"


def _comments(http: "PoolManager", service: CommentService) -> Iterator[Mapping[str, Any]]:
    page = 1
    while found := _ask(http, service, "GET", f"{service.comments}?per_page={PAGE}&page={page}"):
        yield from found
        if len(found) < PAGE:
            return
        page += 1


def _ask(
    http: "PoolManager",
    service: CommentService,
    method: str,
    address: str,
    body: Mapping[str, str] | None = None,
) -> Any:
    from urllib3.exceptions import HTTPError

    headers = {**service.headers, "Content-Type": "application/json", "User-Agent": "paved"}
    try:
        data = json.dumps(body).encode() if body else None
        answer = http.request(method, address, headers=headers, body=data, redirect=False)
        said = json.loads(answer.data) if answer.data else {}
    except (HTTPError, ValueError) as error:
        raise BadInput(f"the comment cannot be posted: {method} {address}: {error}") from error
    if answer.status >= 300:
        reason = said.get("message") if isinstance(said, dict) else ""
        raise BadInput(
            f"the comment cannot be posted: {method} {address} was answered with {answer.status} {reason}".rstrip(),
            hint="the token needs the right to write comments (docs/guides/pull-requests.md)",
        )
    return said


def _github(environment: Mapping[str, str]) -> GitHub:
    event = read_json(Path(_needed(environment, "GITHUB_EVENT_PATH")))
    change = event.get("pull_request") if isinstance(event, dict) else None
    number = change.get("number") if isinstance(change, dict) else None
    if not isinstance(number, int):
        raise BadInput("`--post` comments on a pull request, and this run is not of one")
    return GitHub(
        api=_needed(environment, "GITHUB_API_URL").rstrip("/"),
        repository=_needed(environment, "GITHUB_REPOSITORY"),
        number=number,
        token=_needed(environment, "GITHUB_TOKEN"),
    )


def _gitlab(environment: Mapping[str, str]) -> GitLab:
    return GitLab(
        api=_needed(environment, "CI_API_V4_URL").rstrip("/"),
        project=_number(environment, "CI_PROJECT_ID"),
        number=_number(environment, "CI_MERGE_REQUEST_IID"),
        token=_needed(environment, "PAVED_REVIEW_TOKEN"),
    )


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise BadInput(f"`--post` needs {name}, which is not set", hint="docs/guides/pull-requests.md")
    return value


def _number(environment: Mapping[str, str], name: str) -> int:
    value = _needed(environment, name)
    if not value.isdecimal():
        raise BadInput(f"{name} must be a number, got {shown(value, limit=40)}")
    return int(value)
