"""Expressions of Prometheus by their form: whether what they compare can hold, and is measured at all."""

import math
import re

CONSTANT = re.compile(r"(?<!or )\b(?:vector|scalar)\(\s*[-+0-9.]")
"""A number that stands for a metric."""
METRIC = re.compile(r"[A-Za-z_:]")
COMPARED = re.compile(
    r"(?<![=!~<>])([<>]=?|==|!=)(?:\s*bool)?\s*([-+]?(?:Inf|NaN|\d[\d.]*(?:e[-+]?\d+)?))", re.I
)
"""A comparison with a number."""
FARTHEST = 1e9


def compares(expression: str) -> bool:
    """Whether each comparison with a number can hold: what is counted is not negative, and below FARTHEST."""
    return all(_can_hold(sign, float(number)) for sign, number in COMPARED.findall(str(expression)))


def _can_hold(sign: str, number: float) -> bool:
    if math.isnan(number):
        return sign == "!="
    if sign in (">", ">="):
        return number < FARTHEST
    if sign in ("<", "<="):
        return number > 0 or (sign == "<=" and number == 0)
    return sign == "!=" or 0 <= number < FARTHEST


def is_sampled(expression: str) -> bool:
    """Whether an expression is of a metric, and takes none away that is the same as what it asks for."""
    sides = [side.strip() for side in str(expression).split(" unless ")]
    alone = CONSTANT.sub("", str(expression))
    return (
        len(set(sides)) == len(sides) and bool(METRIC.search(alone)) and not CONSTANT.search(str(expression))
    )
