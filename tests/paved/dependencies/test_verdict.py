"""A scan fails for what nobody answers for, and for what it did not scan."""

from datetime import date, timedelta

from paved.dependencies.advisories import IgnoredAdvisory
from paved.dependencies.verdict import judge_scan

TODAY = date(2026, 11, 21)
CLEAN = {"name": "rich", "version": "15.0.0", "vulns": []}
BROKEN = {
    "name": "jinja2",
    "version": "3.1.2",
    "vulns": [
        {
            "id": "PYSEC-2024-1",
            "fix_versions": ["3.1.3"],
            "aliases": ["CVE-2024-22195", "GHSA-h5c8-rqwp-cp95"],
        }
    ],
}


def entry(**changes):
    given = {
        "id": "CVE-2024-22195",
        "package": "jinja2",
        "owner": "platform",
        "reason": "The filter it is about is not used here.",
        "expires": TODAY,
    }
    return IgnoredAdvisory(**{**given, **changes})


def problems(dependencies, *entries, as_of=TODAY):
    return judge_scan({"dependencies": dependencies}, entries, as_of).problems


def test_dependencies_without_a_known_vulnerability_are_clean():
    verdict = judge_scan({"dependencies": [CLEAN]}, (), TODAY)
    assert (verdict.scanned, verdict.problems) == (1, ())


def test_a_vulnerability_is_told_with_where_it_is_fixed():
    assert problems([CLEAN, BROKEN]) == ("jinja2 3.1.2: PYSEC-2024-1, fixed in 3.1.3",)


def test_a_vulnerability_that_is_not_fixed_yet_is_one_all_the_same():
    unfixed = {**BROKEN, "vulns": [{"id": "PYSEC-2024-1", "fix_versions": [], "aliases": []}]}
    assert problems([unfixed]) == ("jinja2 3.1.2: PYSEC-2024-1, not fixed yet",)


def test_an_advisory_is_ignored_by_any_of_its_names_until_it_expires():
    for name in ("PYSEC-2024-1", "CVE-2024-22195", "GHSA-h5c8-rqwp-cp95"):
        verdict = judge_scan({"dependencies": [BROKEN]}, (entry(id=name),), TODAY)
        assert (verdict.problems, verdict.ignored) == ((), (f"{name} of jinja2",))


def test_an_advisory_is_ignored_in_its_own_package_alone():
    assert len(problems([{**BROKEN, "name": "markupsafe"}], entry())) == 2


def test_an_expired_entry_fails():
    found = problems([BROKEN], entry(), as_of=TODAY + timedelta(days=1))
    assert found == ("ignored CVE-2024-22195 of jinja2 (platform): expired on 2026-11-21",)


def test_an_entry_cannot_be_for_ever():
    assert problems([BROKEN], entry(expires=TODAY + timedelta(days=180))) == ()
    assert "more than 180 days ahead" in problems([BROKEN], entry(expires=TODAY + timedelta(days=181)))[0]


def test_an_entry_that_is_found_no_longer_fails():
    assert problems([CLEAN], entry()) == (
        "ignored CVE-2024-22195 of jinja2 (platform): no longer found, take it out",
    )


def test_what_was_skipped_was_not_scanned():
    skipped = {"name": "rich", "skip_reason": "Dependency not found on PyPI and could not be audited"}
    verdict = judge_scan({"dependencies": [skipped, CLEAN]}, (), TODAY)
    assert verdict.scanned == 1
    assert verdict.problems == ("rich: not scanned: Dependency not found on PyPI and could not be audited",)


def test_a_scan_of_nothing_fails():
    assert problems([]) == ("nothing was scanned",)
