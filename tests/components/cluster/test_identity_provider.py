from components.cluster.identity_provider import IdentityProvider, IdentityProviderArgs

ARGS = IdentityProviderArgs(
    cluster_name="paved-foundation-prod",
    config_name="paved-foundation-prod-people",
    issuer="https://login.example.com",
    client_id="kubernetes",
    username_claim="sub",
    groups_claim="groups",
)


def test_people_and_groups_have_a_prefix_that_nothing_else_has(plan_program):
    planned = plan_program(lambda: IdentityProvider("people", ARGS))
    made = planned.one("aws:eks/identityProviderConfig:IdentityProviderConfig")
    assert made.inputs["oidc"] == {
        "identityProviderConfigName": "paved-foundation-prod-people",
        "issuerUrl": "https://login.example.com",
        "clientId": "kubernetes",
        "usernameClaim": "sub",
        "usernamePrefix": "oidc:",
        "groupsClaim": "groups",
        "groupsPrefix": "oidc:",
    }
