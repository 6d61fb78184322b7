import pytest

from reference.model_servers import HTTP_PORT, MODEL_SERVERS, VLLM, model_server, servers_of


@pytest.mark.parametrize(
    ("model_format", "servers"),
    [
        ("onnx", ("triton",)),
        ("pytorch", ("triton",)),
        ("tensorrt", ("triton",)),
        ("lightgbm", ("mlserver",)),
        ("sklearn", ("mlserver",)),
        ("xgboost", ("mlserver",)),
        ("huggingface", ("vllm",)),
        ("pmml", ()),
    ],
)
def test_a_format_names_the_servers_that_load_it(model_format, servers):
    assert servers_of(model_format) == servers


def test_a_server_that_no_endpoint_can_run_is_not_found():
    with pytest.raises(KeyError):
        model_server("torchserve")


def test_one_server_alone_has_its_metrics_where_it_serves_models():
    """Whoever scrapes there may ask the model as well: it is so where the server knows no other port."""
    together = {name for name, server in MODEL_SERVERS.items() if server.metrics_port == HTTP_PORT}
    assert together == {"vllm"}


def test_what_a_server_always_exports_is_among_its_series():
    for server in MODEL_SERVERS.values():
        assert server.always is None or server.always in {series.name for series in server.series}


@pytest.mark.parametrize(
    ("milliseconds", "label"), [(1, "0.001"), (500, "0.5"), (1000, "1.0"), (2_560_000, "2560.0")]
)
def test_a_bound_is_written_as_the_servers_client_does(milliseconds, label):
    assert VLLM.first_token.bound(milliseconds) == label


def test_a_bound_of_no_bucket_is_refused():
    with pytest.raises(ValueError, match="has no bucket of 300 ms"):
        VLLM.first_token.bound(300)


def test_every_fact_names_its_source():
    for server in MODEL_SERVERS.values():
        assert server.sources
        assert all(series.source for series in server.series)
