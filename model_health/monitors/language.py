"""Quality of a language model's answers by proxies: words, shares of words, and scores that a judge gave before."""

import re

import pandas as pd

from model_health.features import enough, kind
from model_health.outcome import CannotTell, Measured
from model_health.reading import Reader, require
from model_health.settings import Columns, Monitor, Settings

REFUSALS = (
    "as an ai", "i am unable to", "i cannot", "i can't", "i can not", "i'm not able to", "i am not able to",
    "i'm sorry, but", "i am sorry, but", "i'm unable to", "i won't be able to", "i must decline",
)  # fmt: skip
"""Beginnings of refusals in English. They are looked for in the first 200 characters of an answer."""

INSULTS = frozenset(
    (
        "asshole", "bastard", "bitch", "bullshit", "cunt", "dumbass", "fuck", "fucking", "idiot", "idiots",
        "moron", "morons", "motherfucker", "shit", "slut", "stupid", "whore",
    )
)  # fmt: skip
"""Words that an answer to a customer does not hold. A list sees no context: it is a proxy of toxicity, in English."""

WORD = re.compile(r"[\w']+")
COMMON_LENGTH = 3
"""Words up to this length stand in any text and ground nothing."""


def language(monitor: Monitor, settings: Settings, reader: Reader) -> Measured:
    """The monitor's metric over the answers of the window that have text, or a judge's score."""
    rows, columns = reader.log(monitor), settings.columns
    if monitor.metric not in MEASURED:
        raise CannotTell(f"metric {monitor.metric!r} is not known")
    needed, measure = MEASURED[monitor.metric]
    names = [getattr(columns, each) for each in needed]
    require(rows.frame.columns, names, "the inference log")
    found = rows.frame.dropna(subset=names)
    enough(len(found), monitor, f"requests with {' and '.join(names)}")
    value = measure(found, columns)
    return Measured(value=value, rows=len(found), details=rows.facts)


def refusals(found: pd.DataFrame, columns: Columns) -> float:
    """The share of answers that begin like a refusal."""
    begins = found[columns.answer].astype(str).str[:200].str.lower().str.replace("\u2019", "'")
    return float(begins.map(lambda text: any(each in text for each in REFUSALS)).mean())


def toxicity(found: pd.DataFrame, columns: Columns) -> float:
    """The share of answers with a word of the list."""
    return float(found[columns.answer].astype(str).map(lambda text: bool(INSULTS & words(text))).mean())


def groundedness(found: pd.DataFrame, columns: Columns) -> float:
    """The mean share of an answer's longer words that its context has."""
    texts = zip(found[columns.answer].astype(str), found[columns.context].astype(str), strict=True)
    shares = [grounded(answer, context) for answer, context in texts]
    return sum(shares) / len(shares)


def grounded(answer: str, context: str) -> float:
    """The share of the longer words of one answer that its context has; 1 for an answer without any."""
    said = {each for each in words(answer) if len(each) > COMMON_LENGTH}
    return len(said & words(context)) / len(said) if said else 1.0


def judged(found: pd.DataFrame, columns: Columns) -> float:
    """The mean of the scores that a judge gave to a sample. Raises CannotTell where they are no numbers."""
    if kind(found[columns.judge]) != "numbers":
        raise CannotTell(f"column {columns.judge} holds no numbers")
    return float(found[columns.judge].mean())


def words(text: str) -> set[str]:
    """The words of a text, in lower case."""
    return set(WORD.findall(text.lower()))


MEASURED = {
    "refusals": (("answer",), refusals),
    "toxicity": (("answer",), toxicity),
    "groundedness": (("answer", "context"), groundedness),
    "judge": (("judge",), judged),
}
