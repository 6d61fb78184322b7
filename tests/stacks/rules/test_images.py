from stacks.rules.images import signatures_can_be_made, signers_are_named_once


def organisation(valid, signers, required):
    return valid.organisation(
        foundation_prod=valid.foundation({"images": {"signers": signers}}),
        platform_prod=valid.platform({"signatures": {"required": required}}),
    )


def test_a_platform_of_signed_images_has_somebody_who_signs(valid, says):
    assert says(signatures_can_be_made, organisation(valid, [], True)) == [
        "foundation-prod: `images.signers` must name a role of CI: on `platform-prod` only signed images "
        "run, and nobody could sign one"
    ]


def test_signers_suffice(valid, says):
    assert says(signatures_can_be_made, organisation(valid, ["ci"], True)) == []


def test_nobody_signs_where_nothing_asks_for_it(valid, says):
    assert says(signatures_can_be_made, organisation(valid, [], False)) == []


def test_a_signer_stands_once(valid, says):
    assert len(says(signers_are_named_once, valid.foundation({"images": {"signers": ["ci", "ci"]}}))) == 1
    assert says(signers_are_named_once, valid.foundation({"images": {"signers": ["ci", "cd"]}})) == []
