import pytest

from components.registry.scanning import RegistryScanning, RegistryScanningArgs

SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"


@pytest.mark.parametrize(
    ("enhanced", "scan_type", "frequency"),
    [(False, "BASIC", "SCAN_ON_PUSH"), (True, "ENHANCED", "CONTINUOUS_SCAN")],
)
def test_every_repository_is_scanned(plan_program, enhanced, scan_type, frequency):
    plan = plan_program(lambda: RegistryScanning("scanning", RegistryScanningArgs(enhanced=enhanced)))
    inputs = plan.one(SCANNING).inputs
    assert inputs["scanType"] == scan_type
    assert inputs["rules"] == [
        {"scanFrequency": frequency, "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}
    ]
