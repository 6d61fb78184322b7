"""`paved codeowners` prints lines that GitHub and GitLab take."""


def test_the_sample_stacks_have_owners(paved, golden):
    golden("cli/codeowners.txt", paved("codeowners"))


def test_without_a_register_it_says_what_to_write(tmp_path, paved, golden, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.foundation-x.yaml").write_text("config: {}\n", encoding="utf-8")
    golden("cli/codeowners-none.txt", paved("codeowners", "--stacks", "."))
