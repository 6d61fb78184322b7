"""Rights that a stack's plan gives to people, pods, nodes and services."""
