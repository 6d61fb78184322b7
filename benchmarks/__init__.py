"""Benchmarks of Paved, as ratios where another program is the measure. These are not tests."""
