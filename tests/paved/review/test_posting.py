"""One comment is written and then edited, whoever else writes."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from paved.errors import BadInput
from paved.review.comment import MARKER
from paved.review.posting import GitHub, GitLab, post, service_of

BOT = {"login": "github-actions[bot]", "type": "Bot"}


class Forge:
    """The comments of one change, over HTTP on this machine alone."""

    def __init__(self):
        self.comments = []
        self.asked = []
        self.refuses = 0
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else {}
                status, data = forge.answered(self.command, self.path, body, self.headers)
                said = json.dumps(data).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

        for method in ("GET", "POST", "PATCH", "PUT"):
            setattr(Handler, f"do_{method}", Handler.answer)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answered(self, method, path, body, headers):
        self.asked.append((method, path))
        if self.refuses:
            return self.refuses, {"message": "Resource not accessible by integration"}
        assert headers.get("Authorization") == "Bearer secret" or headers.get("PRIVATE-TOKEN") == "secret"
        split = urlsplit(path)
        if split.path.endswith("/user"):
            return 200, {"username": "project_7_bot"}
        if method == "GET":
            query = parse_qs(split.query)
            page, size = int(query["page"][0]), int(query["per_page"][0])
            return 200, self.comments[(page - 1) * size : page * size]
        if method == "POST":
            made = {
                "id": len(self.comments) + 1,
                "user": BOT,
                "author": {"username": "project_7_bot"},
                **body,
            }
            self.comments.append(made)
            return 201, made
        [found] = [each for each in self.comments if str(each["id"]) == split.path.rpartition("/")[2]]
        found.update(body)
        return 200, found

    def by_others(self, number, body="well"):
        for _ in range(number):
            someone = {"user": {"login": "x", "type": "User"}, "author": {"username": "x"}}
            self.comments.append({"id": len(self.comments) + 1, "body": body, **someone})


@pytest.fixture
def forge():
    made = Forge()
    yield made
    made.server.shutdown()
    made.server.server_close()


def services(forge):
    github = GitHub(api=forge.address, repository="a/b", number=3, token="secret")
    gitlab = GitLab(api=forge.address, project=7, number=3, token="secret")
    return github, gitlab


@pytest.mark.parametrize("which", [0, 1], ids=["GitHub", "GitLab"])
def test_the_second_review_edits_the_comment_of_the_first(forge, which):
    service = services(forge)[which]
    forge.by_others(250)
    assert post(f"{MARKER}\none", service) == "written"
    assert post(f"{MARKER}\ntwo", service) == "edited"
    assert [each["body"] for each in forge.comments if each["body"] != "well"] == [f"{MARKER}\ntwo"]


@pytest.mark.parametrize("which", [0, 1], ids=["GitHub", "GitLab"])
def test_a_comment_of_somebody_with_the_same_first_line_is_left_alone(forge, which):
    service = services(forge)[which]
    forged = f"{MARKER}\n## Paved: allowed"
    forge.by_others(1, body=forged)
    assert post(f"{MARKER}\n## Paved: refused", service) == "written"
    assert [each["body"] for each in forge.comments] == [forged, f"{MARKER}\n## Paved: refused"]


def test_a_token_without_the_right_is_told_of_and_never_printed(forge):
    forge.refuses = 403
    with pytest.raises(BadInput, match="403 Resource not accessible") as told:
        post(MARKER, services(forge)[0])
    assert "secret" not in f"{told.value}{told.value.hint}"


def test_a_comment_is_not_written_twice_where_writing_fails(forge, monkeypatch):
    answered = forge.answered

    def failing(method, path, body, headers):
        if method == "POST":
            forge.asked.append((method, path))
            return 502, {}
        return answered(method, path, body, headers)

    monkeypatch.setattr(forge, "answered", failing)
    with pytest.raises(BadInput, match="502"):
        post(MARKER, services(forge)[0])
    assert [method for method, _ in forge.asked] == ["GET", "POST"]


def test_the_pipeline_says_which_change_it_is_of(tmp_path):
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 12}}), encoding="utf-8")
    environment = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_API_URL": "https://example.com/api",
        "GITHUB_REPOSITORY": "a/b",
        "GITHUB_TOKEN": "secret",
    }
    service = service_of(environment)
    assert service.comments == "https://example.com/api/repos/a/b/issues/12/comments"
    gitlab = {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": "https://example.com/api/v4",
        "CI_PROJECT_ID": "7",
        "CI_MERGE_REQUEST_IID": "4",
        "PAVED_REVIEW_TOKEN": "secret",
    }
    assert service_of(gitlab).comments == "https://example.com/api/v4/projects/7/merge_requests/4/notes"


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "is for a pipeline"),
        ({"GITHUB_ACTIONS": "true"}, "needs GITHUB_EVENT_PATH"),
        ({"GITLAB_CI": "true", "CI_API_V4_URL": "x", "CI_PROJECT_ID": "1"}, "needs CI_MERGE_REQUEST_IID"),
    ],
)
def test_outside_of_a_pipeline_nothing_is_posted(environment, says):
    with pytest.raises(BadInput, match=says):
        service_of(environment)


def test_a_number_of_a_project_that_is_none_is_told():
    environment = {"GITLAB_CI": "true", "CI_API_V4_URL": "https://example.com", "CI_PROJECT_ID": "seven"}
    with pytest.raises(BadInput, match="CI_PROJECT_ID must be a number, got seven"):
        service_of(environment)


@pytest.mark.parametrize(
    ("event_text", "says"),
    [
        ("{}", "is not of one"),
        ("[]", "is not of one"),
        ('{"pull_request": 3}', "is not of one"),
        ("{", "is not JSON"),
    ],
)
def test_a_run_that_is_of_no_pull_request_is_told(tmp_path, event_text, says):
    event = tmp_path / "event.json"
    event.write_text(event_text, encoding="utf-8")
    with pytest.raises(BadInput, match=says):
        service_of({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(event)})
