"""The three valid stacks of the stack files' own tests."""

from tests.stacks.conftest import edited, folder, valid

__all__ = ["edited", "folder", "valid"]
