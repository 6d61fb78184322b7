"""The monitors by their kind: each measures one value, or raises CannotTell."""

from collections.abc import Callable, Mapping

from model_health.monitors.drift import data_drift, prediction_drift
from model_health.monitors.estimate import estimated_performance
from model_health.monitors.language import language
from model_health.monitors.performance import performance
from model_health.monitors.quality import data_quality
from model_health.monitors.serving import feature_freshness, skew
from model_health.outcome import Measured
from model_health.reading import Reader
from model_health.settings import Monitor, Settings

MEASURES: Mapping[str, Callable[[Monitor, Settings, Reader], Measured]] = {
    "data-drift": data_drift,
    "prediction-drift": prediction_drift,
    "performance": performance,
    "estimated-performance": estimated_performance,
    "data-quality": data_quality,
    "feature-freshness": feature_freshness,
    "skew": skew,
    "language": language,
}
