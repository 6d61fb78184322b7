import re
from decimal import Decimal

import pytest

from components.account import Account
from components.telemetry.collector_config import PRIVATE_KEYS, PRIVATE_VALUES, collector_config, processors

ACCOUNT = Account(id="111122223333", region="eu-west-1", partition="aws")
CONFIG = collector_config(ACCOUNT, Decimal("2.5"))
STEPS = list(CONFIG["service"]["pipelines"]["traces"]["processors"])


def hidden(key):
    return any(re.search(pattern, key) for pattern in PRIVATE_KEYS)


def test_spans_go_to_x_ray_of_the_region_and_signed_for_it():
    exporter = CONFIG["exporters"]["otlp_http"]
    assert exporter["traces_endpoint"] == "https://xray.eu-west-1.amazonaws.com/v1/traces"
    assert exporter["auth"] == {"authenticator": "sigv4auth"}
    assert CONFIG["extensions"]["sigv4auth"] == {"region": "eu-west-1", "service": "xray"}


def test_every_step_that_is_described_is_taken_and_what_is_named_is_there():
    service = CONFIG["service"]
    assert list(CONFIG["processors"]) == STEPS
    assert set(service["extensions"]) == set(CONFIG["extensions"])
    assert service["pipelines"]["traces"]["receivers"] == list(CONFIG["receivers"])
    assert service["pipelines"]["traces"]["exporters"] == list(CONFIG["exporters"])


@pytest.mark.parametrize(
    ("earlier", "later", "why"),
    [
        ("resource", "k8s_attributes", "it keeps what is there already"),
        ("k8s_attributes", "filter", "whose namespace is not known is left out"),
        ("k8s_attributes", "batch", "a batch has no address"),
        ("transform", "probabilistic_sampler", "a priority in a span overrules the share"),
        ("redaction", "batch", "nothing leaves before"),
    ],
)
def test_a_step_comes_before_the_one_that_needs_it(earlier, later, why):
    assert STEPS.index(earlier) < STEPS.index(later), why


def test_memory_is_limited_before_anything_else():
    assert STEPS[0] == "memory_limiter"


def test_a_pod_is_known_by_its_address_alone():
    known = CONFIG["processors"]["k8s_attributes"]
    assert known["pod_association"] == [{"sources": [{"from": "connection"}]}]
    [deleted] = CONFIG["processors"]["resource"]["attributes"]
    assert re.search(deleted["pattern"], "k8s.namespace.name")
    assert not re.search(deleted["pattern"], "service.name")


def test_the_share_is_the_platforms():
    assert processors(Decimal("2.5"))["probabilistic_sampler"] == {"sampling_percentage": 2.5}


@pytest.mark.parametrize(
    "key",
    ["gen_ai.prompt", "gen_ai.output.messages", "http.request.body.content", "http.request.header.cookie"],
)
def test_data_of_requests_is_hidden(key):
    assert hidden(key)


@pytest.mark.parametrize("key", ["gen_ai.usage.input_tokens", "http.route", "model_name", "user_agent.name"])
def test_what_traces_are_for_is_not_hidden(key):
    assert not hidden(key)


def test_helm_finds_no_template_in_the_configuration():
    assert "{{" not in str([*PRIVATE_KEYS, *PRIVATE_VALUES, CONFIG["processors"]["transform"]])
