"""The arguments of an endpoint of a test, and where its predictor stands in a plan."""

from dataclasses import replace

from components.monitoring.load import CpuUse, RequestsInFlight
from components.serving.endpoint import RequestLog
from components.serving.predictor import ServerResources

SERVICE = "kubernetes:serving.kserve.io/v1beta1:InferenceService"
SCALER = "kubernetes:keda.sh/v1alpha1:ScaledObject"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
SERVER = ServerResources(cpu=4, memory_gib=32, gpus=1, pool="l40s", accelerator="l40s")
ARGS = {
    "stack": "vision-prod",
    "namespace": "vision-prod",
    "name": "defect-detector",
    "tier": 1,
    "runtime": "triton",
    "model_format": "onnx",
    "model_uri": "s3://paved-vision-prod-models/detector/2026-11-03",
    "resources": SERVER,
    "min_replicas": 3,
    "max_replicas": 8,
    "signal": RequestsInFlight(runtime="triton", per_replica=4),
    "prometheus_url": "http://prometheus:9090",
    "monitoring_namespace": "monitoring",
    "service_account": "server",
    "labels": {"team": "vision", "cost-center": "CC-2040"},
    "request_log": None,
    "trace_percent": None,
}
LOG = RequestLog(url="http://inference-log.vision-prod:8081", model_version="detector/2026-11-03")
LANGUAGE = {"runtime": "vllm", "model_format": "huggingface"}
BY_CPU = CpuUse(cpus=4, percent=60)
CPU_ONLY = replace(SERVER, gpus=0, pool=None, accelerator=None)


def predictor(plan):
    return plan.one(SERVICE).inputs["spec"]["predictor"]
