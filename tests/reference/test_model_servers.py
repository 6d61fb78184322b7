import pytest

from reference.model_servers import HTTP_PORT, MODEL_SERVERS, model_server, servers_of


@pytest.mark.parametrize(
    ("model_format", "servers"),
    [
        ("onnx", ("triton",)),
        ("pytorch", ("triton",)),
        ("tensorrt", ("triton",)),
        ("lightgbm", ("mlserver",)),
        ("sklearn", ("mlserver",)),
        ("xgboost", ("mlserver",)),
        ("pmml", ()),
    ],
)
def test_a_format_names_the_servers_that_load_it(model_format, servers):
    assert servers_of(model_format) == servers


def test_a_server_that_no_endpoint_can_run_is_not_found():
    with pytest.raises(KeyError):
        model_server("torchserve")


def test_no_server_serves_metrics_where_it_serves_models():
    assert all(server.metrics_port != HTTP_PORT for server in MODEL_SERVERS.values())


def test_every_fact_names_its_source():
    for server in MODEL_SERVERS.values():
        assert server.sources
        assert all(series.source for series in server.series)
