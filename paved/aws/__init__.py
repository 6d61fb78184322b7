"""AWS, one module per service: how a resource is created, how it is read back, and the calls that both take.

A module holds two translations that must not know each other. Its creators (`create_…`) turn the inputs of a
resource into API calls; its readers (`read_…`) turn the API's answers back into inputs. The rehearsed audit creates
a stack by the one and compares it through the other: a table or a helper that both used would cancel out its own
mistake. They share nothing but names that AWS publishes (a service principal, the default event bus) and the type
token. tests/structure/test_aws.py holds that.

A module declares, and `paved.aws.services` collects:

- `@creates(TYPE)` on each creator, `@reads(TYPE, …)` on each reader;
- `IAM_ACTIONS`: the calls of its readers, each with the IAM action that allows it;
- `MOTO_UNSUPPORTED`: the calls of its creators that moto lacks;
- `SIMULATOR_GAPS`: properties that moto accepts and does not return;
- `NOT_COMPARED`: types that an audit leaves out on purpose, each with the reason.
"""
