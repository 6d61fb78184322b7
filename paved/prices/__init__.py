"""Keeping the price book: reading AWS's Price List, and what that changes."""
