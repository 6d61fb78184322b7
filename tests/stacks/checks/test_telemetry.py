from stacks.checks.telemetry import (
    a_group_of_a_team_has_an_agent,
    a_team_that_sends_traces_has_a_collector,
    endpoints_have_a_way_for_their_traces,
    logs_are_kept_where_an_agent_runs,
    metrics_are_kept_where_somebody_writes,
    traces_are_kept_where_a_collector_runs,
)


def test_metrics_are_kept_where_somebody_writes_them(valid, says):
    keeps = valid.foundation({"telemetry.metrics": {"keep_days": 150}})
    writes = valid.platform({"monitoring.keep_metrics": True})
    check = metrics_are_kept_where_somebody_writes
    assert says(check, valid.organisation()) == []
    assert says(check, valid.organisation(foundation_prod=keeps, platform_prod=writes)) == []
    assert says(check, valid.organisation(platform_prod=writes)) == [
        "foundation-prod: `telemetry.metrics` must be there: `platform-prod` has `monitoring.keep_metrics`, and "
        "nowhere to keep them"
    ]
    assert says(check, valid.organisation(foundation_prod=keeps)) == [
        "platform-prod: `monitoring.keep_metrics` must be true: `telemetry.metrics` of `foundation-prod` would be "
        "written by nobody"
    ]


def test_logs_have_a_group_and_an_agent(valid, says):
    keeps = valid.foundation({"telemetry.logs": {"days": 365}})
    sends = valid.platform({"monitoring.keep_logs": True})
    check = logs_are_kept_where_an_agent_runs
    assert says(check, valid.organisation()) == []
    assert says(check, valid.organisation(foundation_prod=keeps, platform_prod=sends)) == []
    assert says(check, valid.organisation(platform_prod=sends)) == [
        "foundation-prod: `telemetry.logs` must be there: `platform-prod` has `monitoring.keep_logs`, and its agent no "
        "identity"
    ]
    assert says(check, valid.organisation(foundation_prod=keeps)) == [
        "platform-prod: `monitoring.keep_logs` must be true: nobody would write to `telemetry.logs` of "
        "`foundation-prod`"
    ]


def test_a_team_may_keep_logs_where_its_platform_sends_them(valid, says):
    sends = valid.platform({"monitoring.keep_logs": True})
    keeps = valid.team({"monitoring.keep_logs": True})
    check = a_group_of_a_team_has_an_agent
    assert says(check, valid.organisation()) == []
    assert says(check, valid.organisation(platform_prod=sends, vision_prod=keeps)) == []
    assert says(check, valid.organisation(platform_prod=sends)) == []
    assert says(check, valid.organisation(vision_prod=keeps)) == [
        "vision-prod: `monitoring.keep_logs` must be false, or true in `platform-prod` too: no agent there sends "
        "anything"
    ]


def test_traces_have_a_store_and_a_collector(valid, says):
    keeps = valid.foundation({"telemetry.traces": {"sets_account": True}})
    collects = valid.platform({"monitoring.traces": {"sample_percent": 10}})
    check = traces_are_kept_where_a_collector_runs
    assert says(check, valid.organisation()) == []
    assert says(check, valid.organisation(foundation_prod=keeps, platform_prod=collects)) == []
    assert says(check, valid.organisation(platform_prod=collects)) == [
        "foundation-prod: `telemetry.traces` must be there: `platform-prod` has `monitoring.traces`, and its collector "
        "no identity"
    ]
    assert says(check, valid.organisation(foundation_prod=keeps)) == [
        "platform-prod: `monitoring.traces` must be there: nobody would send to `telemetry.traces` of `foundation-prod`"
    ]


def test_a_team_may_send_traces_where_a_collector_runs(valid, says):
    collects = valid.platform({"monitoring.traces": {"sample_percent": 10}})
    sends = valid.team({"monitoring.send_traces": True})
    check = a_team_that_sends_traces_has_a_collector
    assert says(check, valid.organisation(platform_prod=collects, vision_prod=sends)) == []
    assert says(check, valid.organisation(vision_prod=sends)) == [
        "vision-prod: `monitoring.send_traces` must be false, or `monitoring.traces` be there in `platform-prod`: no "
        "collector runs there"
    ]


def test_an_endpoints_traces_need_a_way_out(valid, says):
    check = endpoints_have_a_way_for_their_traces
    traced = {"serving.endpoints.0.traces": {"sample_percent": 10}}
    assert says(check, valid.team({**traced, "monitoring.send_traces": True})) == []
    assert says(check, valid.team({**traced, "monitoring.send_traces": False})) == [
        "`serving.endpoints[0].traces` needs `monitoring.send_traces`: the network lets no trace out without it"
    ]
    language = {
        "serving.endpoints.0.model": {"runtime": "vllm", "format": "huggingface", "path": "a/2026-11-03"}
    }
    assert says(check, valid.team({**traced, **language, "monitoring.send_traces": True})) == [
        "`serving.endpoints[0].traces` must be left out: `vllm` sends no traces"
    ]
