from components.identity.ci_provider import CiProvider, CiProviderArgs

ARGS = CiProviderArgs(issuer="https://token.actions.githubusercontent.com", audience="sts.amazonaws.com")


def test_the_provider_is_for_one_audience_and_pins_no_certificate(plan_program):
    planned = plan_program(lambda: CiProvider("ci", ARGS))
    assert planned.one("aws:iam/openIdConnectProvider:OpenIdConnectProvider").inputs == {
        "url": "https://token.actions.githubusercontent.com",
        "clientIdLists": ["sts.amazonaws.com"],
    }
