"""Secrets in the catalog are refused, and what merely looks like one to a careless pattern is not."""

from pathlib import Path

import pytest

from resources import catalog_yaml
from resources.catalog_secrets import is_secret
from winnow.errors import CatalogError

PEM = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----"

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"

ANYWHERE = [
    "sftp://me:hunter2@host/x",
    "postgresql://me:hunter2@host/db",
    "postgresql://${env:U}:hunter2@host/db",
    "postgresql://me:${env:P:-hunter2}@host/db",
    "https://store/x?sig=abcdef",
    "https://store/x?a=b&token=abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    PEM,
    JWT,
    "Authorization: Bearer abcdefghijklmnop",
    "Server=db;Database=x;User Id=me;Password=hunter2;",
    "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=aGVsbG8=;EndpointSuffix=core.windows.net",
    "host=db user=me password=hunter2",
    "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "--password=hunter2",
    "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
]


@pytest.mark.parametrize("value", ANYWHERE)
def test_what_looks_like_a_secret_is_one_anywhere(value: str) -> None:
    """Addresses with passwords, query tokens, keys, tokens and connection strings are found in every field."""
    for where in (("sources", 0, "url"), ("hooks", "on_failure", "command", 2), ("pii", "known", "SECRET", 0), ("x",)):
        assert is_secret(where, value)


NAMED = [
    ("options", "secret"),
    ("options", "key"),
    ("options", "token"),
    ("options", "password"),
    ("options", "passphrase"),
    ("options", "client_secret"),
    ("options", "sas_token"),
    ("options", "account_key"),
    ("options", "client_kwargs", "aws_secret_access_key"),
    ("options", "clientSecret"),
    ("options", "credentials"),
    ("headers", "Authorization"),
    ("headers", "X-Api-Key"),
    ("password",),
    ("api_key",),
]


@pytest.mark.parametrize("field", NAMED)
@pytest.mark.parametrize("value", ["hunter2", "12345", "${env:X:-hunter2}", "$${env:X}"])
def test_what_a_field_calls_a_secret_must_be_a_reference(field: tuple[str, ...], value: str) -> None:
    """A word, a number, a reference with a default and an escaped one stand in the file, so they are refused."""
    assert is_secret(("sources", 0, *field), value)


@pytest.mark.parametrize("field", NAMED)
@pytest.mark.parametrize("value", ["${env:X}", "${file:/run/secrets/x}", "Bearer ${env:X}", "${env:X:-}", ""])
def test_a_reference_is_no_secret(field: tuple[str, ...], value: str) -> None:
    """What is filled in from elsewhere may stand in any field."""
    assert not is_secret(("sources", 0, *field), value)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("sources", 0, "table", "key", 0), "id"),
        (("sources", 0, "key", 0), "ticket_id"),
        (("sources", 0, "table", "personal", "api_token"), "SECRET"),
        (("sources", 0, "url"), "s3://bucket/tokens/keys"),
        (("sources", 0, "url"), "sftp://${env:U}:${env:P}@host/x"),
        (("sources", 0, "url"), "https://example.com/feed?page=2&keyword=x"),
        (("sources", 0, "url"), "postgresql://me@host:5432/db"),
        (
            ("sources", 0, "options", "host_key"),
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
        ),
        (("sources", 0, "options", "known_hosts"), "known_hosts"),
        (("sources", 0, "options", "client_keys", 0), "~/.ssh/id_ed25519"),
        (("sources", 0, "options", "token"), "/etc/winnow/gcs.json"),
        (("sources", 0, "options", "token"), "anon"),
        (("sources", 0, "options", "token_file"), "/run/x"),
        (("sources", 0, "options", "endpoint_url"), "http://127.0.0.1:9000"),
        (("sources", 0, "options", "username"), "winnow"),
        (("sources", 0, "description"), "the password is kept by the help desk"),
        (("tasks", 0, "tokenizer"), "o200k_base"),
        (("tasks", 0, "token_limit"), "4096"),
        (("tasks", 0, "template"), "password = what the customer forgot: {input}"),
        (("dataset", "salt"), "a salt that only the tests know"),
        (("pii", "entities", 0), "PASSWORD"),
        (("pii", "patterns", "API_KEY"), "AKIA[0-9A-Z]{16}"),
        (("pii", "patterns", "PEM"), "-----BEGIN [A-Z ]+ PRIVATE KEY-----"),
        (("hooks", "on_failure", "command", 0), "/usr/local/bin/page"),
    ],
)
def test_ordinary_fields_are_no_secrets(where: tuple[str | int, ...], value: str) -> None:
    """Key columns, column names, public keys, paths, words about secrets and patterns for them stay as they are."""
    assert not is_secret(where, value)


def test_the_error_has_a_place_and_a_way_out_and_no_secret(tmp_path: Path) -> None:
    """Every secret of a file is told at once, with line and column, and what to write instead; numbers count too."""
    (tmp_path / "c.yaml").write_text(
        "sources:\n- url: s3://b\n  options:\n    secret: hunter2\n    key: 12345\n    anon: false\n    token: null\n", "utf-8"
    )
    with pytest.raises(CatalogError) as caught:
        catalog_yaml.read(tmp_path / "c.yaml", {})
    lines = str(caught.value).splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["c.yaml:4:5", "sources[0].options.secret:"],
        ["c.yaml:5:5", "sources[0].options.key:"],
    ]
    assert all("${env:NAME}" in line and "${file:PATH}" in line for line in lines)
    assert "hunter2" not in str(caught.value)
    assert "12345" not in str(caught.value)
