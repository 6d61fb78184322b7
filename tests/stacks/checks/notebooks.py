"""Notebooks of a team as its stack file says them."""

from typing import Any

ADA, GRACE = {"name": "ada", "login": "ada@example.com"}, {"name": "grace", "login": "grace@example.com"}
SIGN_IN = {
    "authorize_url": "https://login.example.com/authorize",
    "token_url": "https://login.example.com/token",
    "userinfo_url": "https://login.example.com/userinfo",
    "client_id": "vision-notebooks",
    "secret_name": "sign-in",
}
SMALL = {"name": "small", "cpu": 2, "memory_gib": 8}


def notebooks(**changes: Any) -> dict[str, Any]:
    """The section, of which some settings are others."""
    return {
        "sign_in": SIGN_IN,
        "people": [ADA, GRACE],
        "repository": "notebook",
        "image_digest": "sha256:" + "b" * 64,
        "servers": [SMALL],
        **changes,
    }
