import json

from components.identity.document import allow, deny, policy_document


def test_denials_come_first():
    document = json.loads(policy_document(allow("A", ["s3:GetObject"], ["*"]), deny("D", ["s3:*"], ["*"])))
    assert [statement["Effect"] for statement in document["Statement"]] == ["Deny", "Allow"]


def test_statements_of_one_effect_keep_their_order():
    document = json.loads(policy_document(allow("B", ["b:x"]), allow("A", ["a:x"])))
    assert [statement["Sid"] for statement in document["Statement"]] == ["B", "A"]


def test_equal_statements_give_equal_text_whatever_the_order_of_actions():
    first = policy_document(allow("A", ["s3:PutObject", "s3:GetObject"], ["b", "a"]))
    second = policy_document(allow("A", ["s3:GetObject", "s3:PutObject"], ["a", "b"]))
    assert first == second


def test_what_is_not_given_is_left_out():
    assert allow("A", ["sts:AssumeRole"], principal={"Service": "ec2.amazonaws.com"}) == {
        "Sid": "A",
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Principal": {"Service": "ec2.amazonaws.com"},
    }


def test_a_document_names_the_policy_language():
    assert json.loads(policy_document())["Version"] == "2012-10-17"
