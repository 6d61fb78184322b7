"""Whether what `requirements.lock` installs is known to be vulnerable: for who develops Paved, not for a stack."""
