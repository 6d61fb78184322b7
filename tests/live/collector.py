"""A real collector of traces with the configuration of a platform; API server and X-Ray are played."""

import json
import os
import subprocess
import threading
import time
from contextlib import closing, contextmanager
from decimal import Decimal
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import yaml

from components.account import Account
from components.telemetry.collector_config import HEALTH_PORT, METRICS_PORT, collector_config
from components.telemetry.trace_senders import OTLP_HTTP_PORT

OWN, STRANGER = "127.0.0.1", "127.0.0.2"
"""Addresses of this machine: of a pod that the API server knows, and of nobody's."""
ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
POD = {
    "metadata": {"name": "detector-7c9", "namespace": "vision-prod", "uid": "a", "resourceVersion": "1"},
    "spec": {"nodeName": "node-a", "containers": []},
    "status": {"podIP": OWN, "phase": "Running", "startTime": "2026-12-01T00:00:00Z"},
}
PODS = {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": [POD]}


class Api(BaseHTTPRequestHandler):
    """An API server with one pod, which never changes."""

    def do_GET(self):
        watching = "watch=" in self.path
        known = "sendInitialEvents" not in self.path  # a list comes first, as of older servers
        self.send_response(200 if known else 422)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        if watching and known:
            threading.Event().wait(60)
        elif known:
            self.wfile.write(json.dumps(PODS).encode())

    def log_message(self, *_):
        pass


class XRay(BaseHTTPRequestHandler):
    """X-Ray's endpoint of OTLP: it keeps requests, or refuses them all."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, dict(self.headers), json.loads(body)))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_):
        pass


class Collector:
    """A collector that runs: spans go in, requests to X-Ray come out."""

    def __init__(self, taken):
        self.taken = taken

    def send(self, attributes, resource=(), events=(), source=OWN, trace="5b8efff798038103d269b633813fc60c"):
        span = {
            "traceId": trace,
            "spanId": "eee19b7ec3c1b174",
            "name": "infer",
            "kind": 2,
            "startTimeUnixNano": str(time.time_ns()),
            "endTimeUnixNano": str(time.time_ns()),
            "attributes": written(attributes),
            "events": [{"name": "exception", "attributes": written(events)}],
            "status": {"code": 2, "message": "ValueError: row 7 of Ada Lovelace"},
        }
        whole = {"resource": {"attributes": written(resource)}, "scopeSpans": [{"spans": [span]}]}
        body = json.dumps({"resourceSpans": [whole]})
        with closing(HTTPConnection(OWN, OTLP_HTTP_PORT, source_address=(source, 0))) as connection:
            connection.request("POST", "/v1/traces", body, {"Content-Type": "application/json"})
            return connection.getresponse().status

    def received(self, least=1):
        """The requests to X-Ray, once there are so many."""
        until(lambda: len(self.taken) >= least)
        return list(self.taken)

    def metric(self, name):
        """The sum of a metric of the collector's own over its series; None where it exports none of that name."""
        with urlopen(f"http://{OWN}:{METRICS_PORT}/metrics") as answer:
            text = answer.read().decode()
        lines = [line for line in text.splitlines() if line.startswith((f"{name}{{", f"{name} "))]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines) if lines else None


def written(pairs):
    """Attributes as OTLP writes them in JSON."""
    return [{"key": key, "value": {"stringValue": text}} for key, text in dict(pairs).items()]


def read(attributes):
    """Attributes as a mapping."""
    return {each["key"]: next(iter(each["value"].values())) for each in attributes}


def until(holds, seconds=20):
    """Wait until something holds; fail where it never does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


@contextmanager
def served(handler, **state):
    server = ThreadingHTTPServer((OWN, 0), handler)
    server.daemon_threads = True
    vars(server).update(state)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def local(config, xray):
    """The configuration with X-Ray on this machine, in JSON, and an API server that is reached by a file."""
    exporter = config["exporters"]["otlp_http"]
    exporter["traces_endpoint"] = f"http://{OWN}:{xray}/v1/traces"
    exporter |= {"encoding": "json", "compression": "none"}
    exporter["retry_on_failure"] = {
        "initial_interval": "100ms",
        "max_interval": "100ms",
        "max_elapsed_time": "1s",
    }
    config["processors"]["k8s_attributes"]["auth_type"] = "kubeConfig"
    return config


@contextmanager
def running(program, folder, percent=Decimal(100), answer=200):
    """Run the collector until the block ends. X-Ray gives one answer to all."""
    with served(Api) as api, served(XRay, taken=[], answer=answer) as xray:
        config = local(collector_config(ACCOUNT, percent), xray.server_port)
        (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
        (folder / "kubeconfig").write_text(json.dumps(kubeconfig(api.server_port)))
        environment = {
            **os.environ,
            "MY_POD_IP": OWN,
            "KUBECONFIG": str(folder / "kubeconfig"),
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nobody",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        with (folder / "log").open("w") as log:
            arguments = [program, "--config", str(folder / "config.yaml")]
            process = subprocess.Popen(arguments, env=environment, stdout=log, stderr=log)
            try:
                until(lambda: process.poll() is not None or healthy())
                assert process.poll() is None, (folder / "log").read_text()
                yield Collector(xray.taken)
            finally:
                process.terminate()
                process.wait(20)


def healthy():
    try:
        with urlopen(f"http://{OWN}:{HEALTH_PORT}/") as answer:
            return answer.status == 200
    except OSError:
        return False


def kubeconfig(port):
    """The file by which the API server is found."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "a", "cluster": {"server": f"http://{OWN}:{port}"}}],
        "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
        "users": [{"name": "a", "user": {}}],
        "current-context": "a",
    }
