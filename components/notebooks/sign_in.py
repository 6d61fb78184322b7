"""Signing in to a hub by OpenID Connect: who is who, and the client's secret, which no value and no plan holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from components.account import Account
from components.identity.document import allow, policy_document
from components.identity.perimeter import deny_outside
from reference.vocabulary import TEAM_GID, TEAM_UID

FOLDER = "/run/sign-in"
LOCAL_PORT = 8000
"""The port of a person's own machine that leads to the hub, which the provider's list of addresses names."""
CALLBACK = f"http://localhost:{LOCAL_PORT}/hub/oauth_callback"
COOKIE_DAYS = 0.5
"""The days after which people sign in again: half of one, so that who has left is out by the next morning."""

WHO = f"""\
people = get_config("custom.people")
claim = get_config("custom.claim")
c.GenericOAuthenticator.username_claim = lambda user: people.get(str(user.get(claim, "")).lower(), "-")
with open("{FOLDER}/client-secret") as secret:
    c.GenericOAuthenticator.client_secret = secret.read().strip()
"""
"""The hub's own code: a name of the team's file for each login of it, and `-`, which nobody has, for any other."""

READ_SECRET = (
    'umask 077; aws secretsmanager get-secret-value --region "$REGION" --secret-id "$SECRET" '
    f"--query SecretString --output text > {FOLDER}/client-secret"
)


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """A client of an OpenID Connect provider. `secret` is the name of its secret in Secrets Manager, `people` has a
    name for each login, which the provider says in `claim`.
    """

    authorize_url: str
    token_url: str
    userinfo_url: str
    client_id: str
    secret: str
    claim: str
    people: Mapping[str, str]


def authenticator(sign_in: SignIn) -> dict[str, Any]:
    """The hub's classes that let people in: those of the file, nobody as an administrator, nobody by a password."""
    return {
        "JupyterHub": {
            "admin_access": False,
            "authenticator_class": "generic-oauth",
            "cookie_max_age_days": COOKIE_DAYS,
        },
        "Authenticator": {
            "admin_users": [],
            "allow_all": False,
            # By default whoever has ever signed in may do so for ever.
            "allow_existing_users": False,
            "allowed_users": sorted(sign_in.people.values()),
            "auto_login": True,
        },
        "GenericOAuthenticator": {
            "authorize_url": sign_in.authorize_url,
            "client_id": sign_in.client_id,
            "enable_pkce": True,
            "login_service": "OpenID Connect",
            "oauth_callback_url": CALLBACK,
            "scope": ["openid", "email", "profile"],
            "token_url": sign_in.token_url,
            "userdata_url": sign_in.userinfo_url,
        },
    }


def secret_reader(image: Input[str], sign_in: SignIn, region: str) -> dict[str, Any]:
    """The container that reads the client's secret by the hub's identity before the hub starts.

    It comes into memory, and into no Secret of Kubernetes, which a Release would show in its values.
    """
    return {
        "name": "sign-in",
        "image": image,
        "command": ["sh", "-ec", READ_SECRET],
        "env": [
            {"name": "HOME", "value": FOLDER},
            {"name": "REGION", "value": region},
            {"name": "SECRET", "value": sign_in.secret},
        ],
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {
            "runAsUser": TEAM_UID,
            "runAsGroup": TEAM_GID,
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "sign-in", "mountPath": FOLDER}],
    }


def secret_policy(account: Account, secret: str, *, endpoints_only: bool) -> str:
    """Let the hub read its client's secret, from the account's networks alone where pods are held to them."""
    # Secrets Manager puts a hyphen and six characters behind the name.
    found = [account.arn("secretsmanager", f"secret:{secret}-??????")]
    outside = deny_outside(account, ["secretsmanager:*"], found) if endpoints_only else ()
    return policy_document(*outside, allow("ReadSignIn", ["secretsmanager:GetSecretValue"], found))
