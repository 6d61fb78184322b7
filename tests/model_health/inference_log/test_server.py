"""The doors of a collector on loopback, and the process that opens them."""

import http.client
import json
import socket
from contextlib import closing
from threading import BoundedSemaphore, Thread
from threading import Event as Flag

import pytest

from model_health.inference_log.__main__ import main
from model_health.inference_log.server import MOST_BODY_BYTES, MOST_FEEDBACK_BYTES, servers
from tests.live.test_paging import eventually, free_port
from tests.model_health.inference_log.collected import BUCKET, headers, made, rows


def call(port, method, path, body=b"", **more):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request(method, path, body=body, headers=more)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.fixture
def opened(s3):
    collector, counters, _ = made(s3)
    found = servers(collector, counters, (0, 0, 0))
    for each in found:
        Thread(target=each.serve_forever, daemon=True).start()
    yield found
    for each in found:
        each.shutdown()
        each.server_close()


@pytest.fixture
def doors(opened):
    return [each.server_port for each in opened]


def test_an_agent_is_answered_200_whatever_it_sends(doors):
    events, _, metrics = doors
    assert call(events, "POST", "/", b"{}", **headers("request"))[0] == 200
    assert call(events, "POST", "/", b"\xff", **headers("response"))[0] == 200
    assert call(events, "POST", "/", b"")[0] == 200
    status, text = call(metrics, "GET", "/metrics")
    assert status == 200
    assert 'inference_log_received_total{endpoint="ranker"} 2\n' in text
    assert 'inference_log_dropped_total{endpoint="",reason="bad_event"} 1\n' in text


def test_a_body_without_a_bound_is_not_read(doors):
    events, _, metrics = doors
    length = {"Content-Length": str(MOST_BODY_BYTES + 1)}
    assert call(events, "POST", "/", **length)[0] == 413
    assert call(events, "POST", "/", **{"Content-Length": "-1"})[0] == 411
    assert 'reason="too_large"} 2' in call(metrics, "GET", "/metrics")[1]


def test_feedback_is_short(doors):
    _, feedback, _ = doors
    length = {"Content-Length": str(MOST_FEEDBACK_BYTES + 1)}
    assert call(feedback, "POST", "/feedback/ranker", **length)[0] == 413
    assert call(feedback, "POST", "/feedback/ranker", **{"Content-Length": "9" * 5000})[0] == 413


def test_a_body_that_is_cut_off_is_not_taken(doors):
    events, _, metrics = doors
    with socket.create_connection(("127.0.0.1", events), timeout=10) as caller:
        lines = [f"{name}: {value}" for name, value in headers("request").items()]
        caller.sendall("\r\n".join(["POST / HTTP/1.1", *lines, "Content-Length: 9", "", "{}"]).encode())
        caller.shutdown(socket.SHUT_WR)
        assert caller.recv(100) == b""
    assert 'inference_log_received_total{endpoint="ranker"} 0\n' in call(metrics, "GET", "/metrics")[1]


def test_no_more_connections_are_held_than_there_is_room(doors, opened):
    address = ("127.0.0.1", doors[2])
    opened[2]._room = BoundedSemaphore(1)
    with socket.create_connection(address, timeout=10) as first:
        first.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
        assert first.recv(1000).startswith(b"HTTP/1.1 200")
        with socket.create_connection(address, timeout=10) as second:
            assert second.recv(1000) == b""


def test_a_door_that_ends_sends_agents_to_another(opened):
    events, *_ = opened
    with closing(http.client.HTTPConnection("127.0.0.1", events.server_port, timeout=10)) as agent:
        closes = []
        for events.ending in (False, True):
            agent.request("POST", "/", body=b"{}", headers=headers("request"))
            answer = agent.getresponse()
            answer.read()
            closes.append(answer.getheader("Connection"))
    assert closes == [None, "close"]


def test_each_door_opens_for_its_own_alone(doors):
    events, feedback, metrics = doors
    said = b'{"request_id": "r1", "label": true}'
    assert call(feedback, "POST", "/feedback/ranker", said) == (204, "")
    assert call(feedback, "POST", "/feedback/ranker", b"{")[0] == 400
    assert call(feedback, "POST", "/feedback/nobody", said)[0] == 404
    assert call(feedback, "POST", "/", said, **headers("request"))[0] == 404
    assert call(events, "GET", "/metrics")[0] == 501
    assert call(metrics, "GET", "/healthz") == (200, "ok\n")
    assert call(metrics, "GET", "/else")[0] == 404


def is_healthy(port):
    try:
        return call(port, "GET", "/healthz")[0] == 200
    except OSError:
        return False


def test_the_process_serves_and_writes_what_is_left(s3, tmp_path):
    kept = {"ranker": {"sample_percent": 100, "redact": [], "mask": []}}
    settings = tmp_path / "log.json"
    settings.write_text(json.dumps({"bucket": BUCKET, "endpoints": kept}))
    environ = {"PAVED_INFERENCE_LOG": str(settings), "HOSTNAME": "collector-0"}
    ended, codes, ports = Flag(), [], (free_port(), free_port(), free_port())
    process = Thread(target=lambda: codes.append(main(environ, s3, ended, ports, drain=0)))
    process.start()
    try:
        eventually(lambda: is_healthy(ports[2]), "the process")
        assert call(ports[0], "POST", "/", b'{"a": 1}', **headers("request"))[0] == 200
    finally:
        ended.set()
        process.join(30)
    assert codes == [0]
    [[line]] = rows(s3).values()
    assert (line["request_id"], line["inputs"], line["outputs"]) == ("r1", {"a": 1}, None)
