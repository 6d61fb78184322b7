"""The files of a folder are those of the manifest, each a plain file, and the manifest is as Paved writes it."""

import json
import os

import pytest

from paved.evidence.chain import MANIFEST, chain_links, manifest
from paved.evidence.statement import STATEMENT


def _beside(folder, name):
    (folder / name).write_text("{}\n", encoding="utf-8")


def _linked(folder):
    (folder / "plan.json").rename(folder.parent / "elsewhere.json")
    (folder / "plan.json").symlink_to(folder.parent / "elsewhere.json")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: _beside(folder, "more.json"), "`more.json` is not in the manifest"),
        (lambda folder: _beside(folder, ".hidden"), "`.hidden` is not in the manifest"),
        (lambda folder: _beside(folder, "Plan.json"), "`Plan.json` is not in the manifest"),
        (lambda folder: _beside(folder, "pl\u0430n.json"), "`pl\u0430n.json` is not in the manifest"),
        (
            lambda folder: _beside(folder, "stacks/.policy.yaml"),
            "`stacks/.policy.yaml` is not in the manifest",
        ),
        (lambda folder: (folder / "more").mkdir(), "`more` is a folder that the manifest does not name"),
        (lambda folder: (folder / "stacks" / "x").mkdir(), "`stacks/x` is a folder that"),
        (lambda folder: os.mkfifo(folder / "pipe"), "`pipe` is no plain file"),
        (lambda folder: (folder / "on").symlink_to(folder), "`on` is no plain file"),
        (_linked, "`plan.json` is no plain file"),
        (
            lambda folder: (folder / STATEMENT).unlink(),
            f"`{STATEMENT}` is not the statement over this bundle",
        ),
        (lambda folder: _beside(folder, STATEMENT), f"`{STATEMENT}` is not the statement over this bundle"),
    ],
)
def test_what_stands_beside_the_files_of_the_bundle_is_told(rewriter, change, said):
    change(rewriter.folder)
    assert said in rewriter.problems()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("more.json", "`more.json` is no file of a bundle of evidence"),
        ("stacks/../more.json", "is no file of a bundle of evidence"),
        ("stacks/Pulumi.r\u0430nking-dev.yaml", "is no file of a bundle of evidence"),
        ("stacks/Pulumi.Ranking-dev.yaml", "differs from another by case alone"),
    ],
)
def test_a_name_that_no_bundle_has_is_refused_in_the_manifest_too(rewriter, name, said):
    stated = rewriter.data(MANIFEST)
    stated["files"].append({"file": name, "sha256": "0" * 64, "link": "0" * 64})
    rewriter.put(MANIFEST, stated)
    (rewriter.folder / name).write_text("{}\n", encoding="utf-8")
    rewriter.reseal()
    assert said in rewriter.problems()


def test_a_file_left_out_of_manifest_and_folder_is_told(rewriter):
    stated = rewriter.data(MANIFEST)
    stated["files"] = [each for each in stated["files"] if each["file"] != "policy.json"]
    (rewriter.folder / "policy.json").unlink()
    rewriter.put(MANIFEST, stated)
    names = [each["file"] for each in stated["files"]]
    files = {name: (rewriter.folder / name).read_text(encoding="utf-8") for name in names}
    text = manifest("evidence", "ranking-dev", chain_links(files))
    (rewriter.folder / MANIFEST).write_text(text, encoding="utf-8")
    assert "the manifest names no `policy.json`" in rewriter.problems()


def test_a_key_that_stands_twice_in_the_manifest_is_told(rewriter):
    path = rewriter.folder / MANIFEST
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{\n", '{\n "head": "' + "f" * 64 + '",\n', 1), encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8"))["head"] == json.loads(text)["head"]
    assert rewriter.problems() == f"`{MANIFEST}` is not as Paved writes it: it was changed"
