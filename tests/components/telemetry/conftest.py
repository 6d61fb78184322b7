from tests.components.monitoring.conftest import promtool, simulate_alert

__all__ = ["promtool", "simulate_alert"]
