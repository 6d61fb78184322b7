"""A bundle that was touched anywhere does not verify."""

import json
import subprocess
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paved.evidence.chain import canonical, chain_links, chain_problems, manifest

FILES = {"config.json": "{}\n", "plan.json": '{"a": 1}\n', "policy.json": "[]\n"}


def bundle(files):
    found = {name: text.encode() for name, text in files.items()}
    return json.loads(manifest("evidence", "vision-prod", chain_links(files))), found


def test_a_bundle_as_it_was_written_is_whole():
    assert list(chain_problems(*bundle(FILES))) == []


@given(
    st.dictionaries(st.text("abc.", min_size=1, max_size=6), st.text(max_size=20), min_size=1, max_size=5),
    st.data(),
)
def test_one_changed_byte_anywhere_is_found(files, data):
    stated, found = bundle(files)
    name = data.draw(st.sampled_from(sorted(found)))
    text = found[name]
    place = data.draw(st.integers(0, len(text)))
    changed = text[:place] + bytes([(text[place] + 1) % 256 if place < len(text) else 0]) + text[place + 1 :]
    assert list(chain_problems(stated, {**found, name: changed})) != []


def test_the_file_that_was_changed_is_named_with_both_digests():
    stated, found = bundle(FILES)
    (said,) = chain_problems(stated, {**found, "plan.json": b'{"a": 2}\n'})
    assert said.startswith("`plan.json` was changed: its SHA-256 is ")


def test_a_file_that_is_missing_or_new_is_named():
    stated, found = bundle(FILES)
    rest = {name: data for name, data in found.items() if name != "policy.json"}
    assert list(chain_problems(stated, rest)) == ["`policy.json` is missing"]
    assert list(chain_problems(stated, {**found, "more.json": b""})) == ["`more.json` is not in the manifest"]


def test_a_manifest_that_was_made_to_fit_a_changed_file_breaks_the_chain():
    stated, found = bundle(FILES)
    other, _ = bundle({**FILES, "plan.json": "{}\n"})
    stated["files"][1]["sha256"] = other["files"][1]["sha256"]
    assert "the chain breaks at `plan.json`: the manifest was changed" in list(
        chain_problems(stated, {**found, "plan.json": b"{}\n"})
    )


def test_a_manifest_whose_end_was_cut_off_does_not_reach_its_head():
    stated, found = bundle(FILES)
    stated["files"].pop()
    assert list(chain_problems(stated, found)) == [
        "the chain does not end in the manifest's `head`: the manifest was changed",
        "`policy.json` is not in the manifest",
    ]


def test_a_reordered_chain_is_another_chain():
    links = [each.link for each in chain_links(FILES)]
    turned = [each.link for each in chain_links(dict(reversed(FILES.items())))]
    assert links[-1] != turned[-1]


def test_a_digest_is_what_sha256sum_says(tmp_path):
    (tmp_path / "plan.json").write_text(FILES["plan.json"], encoding="utf-8")
    said = subprocess.run(
        ["sha256sum", "plan.json"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert said.split()[0] == asdict(chain_links(FILES)[1])["sha256"]


def test_the_same_data_is_the_same_bytes():
    assert canonical({"b": [1, None], "a": "é"}) == canonical({"a": "é", "b": [1, None]})
    assert canonical({"a": "é"}) == '{\n "a": "\\u00e9"\n}\n'


def test_a_number_that_json_does_not_have_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})
