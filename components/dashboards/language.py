"""The dashboard of an endpoint that answers in language, by the series of vLLM."""

from components.dashboards.endpoints import GPUS, JOB, OBJECTIVES, checks, quantiles
from components.dashboards.panels import Board, Panel, PanelRow, Query
from components.dashboards.selectors import ENDPOINT, NAMESPACE
from components.monitoring.samples import LANGUAGE

FIRST_TOKENS = Panel(
    title="Time to first token",
    meaning="How long a caller sees nothing: the wait for a place in the batch, and the reading of the prompt.",
    unit="s",
    queries=quantiles("vllm:time_to_first_token_seconds"),
)
EACH_TOKEN = Panel(
    title="Time per output token",
    meaning="From one token of an answer to the next, as whoever reads along sees them come.",
    unit="s",
    queries=quantiles("vllm:inter_token_latency_seconds"),
)
TOKENS = Panel(
    title="Tokens per second",
    meaning="Of all replicas: what prompts bring, those that a cache spares among them, and what answers are made of.",
    unit="none",
    queries=[
        Query(expr=f"sum(rate(vllm:prompt_tokens_total{{{JOB}}}[5m]))", legend="read"),
        Query(expr=f"sum(rate(vllm:generation_tokens_total{{{JOB}}}[5m]))", legend="written"),
    ],
)
QUEUE_LENGTH = Panel(
    title="Requests in flight",
    meaning="Of all replicas. Those that wait for minutes want another replica, or a smaller model.",
    unit="none",
    queries=[
        Query(expr=f"sum(vllm:num_requests_running{{{JOB}}})", legend="answered"),
        Query(expr=f"sum(vllm:num_requests_waiting{{{JOB}}})", legend="waiting"),
    ],
)
KV_CACHE = Panel(
    title="KV cache in use",
    meaning="The share of each replica's memory for contexts. When it is full, requests wait, and some start anew.",
    unit="percentunit",
    queries=[Query(expr=f"max by (pod) (vllm:kv_cache_usage_perc{{{JOB}}})", legend="{{pod}}")],
)
PREEMPTIONS = Panel(
    title="Answers that started anew",
    meaning="Of an hour: their memory was taken for others, so that their callers wait longer.",
    unit="none",
    queries=[Query(expr=f"sum(increase(vllm:num_preemptions_total{{{JOB}}}[1h]))", legend="answers")],
)

LANGUAGE_BOARD = Board(
    name="language",
    title="Language model",
    folder="Teams",
    meaning="An endpoint that answers in language: whether its answers are of use, and how long callers wait.",
    variables=[NAMESPACE, ENDPOINT],
    hours=24 * 7,
    sections=[
        PanelRow(title="Answers", panels=checks(LANGUAGE)),
        OBJECTIVES,
        PanelRow(title="Time", panels=[FIRST_TOKENS, EACH_TOKEN]),
        PanelRow(title="Load", panels=[TOKENS, QUEUE_LENGTH, KV_CACHE, PREEMPTIONS, GPUS]),
    ],
)
