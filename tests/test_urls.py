"""Addresses: which may be published, and why another may not."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.urls import base_problem, url_problem, wire_form, without_tracking

REFUSED = {
    "javascript:alert(1)": "url-scheme",
    "JaVaScRiPt:alert(1)": "url-scheme",
    "data:text/html,x": "url-scheme",
    "file:///etc/passwd": "url-scheme",
    "ftp://example.org/": "url-scheme",
    "//evil.example/x": "url-scheme",
    "example.org/x": "url-scheme",
    "mailto:a@example.org": "url-scheme",
    "https:/example.org": "url-host",
    "https:///x": "url-host",
    "https://good.example\\@evil.example/": "url-chars",
    "https://example.org/a b": "url-chars",
    "https://example.org/\t": "url-chars",
    'https://example.org/"': "url-chars",
    "https://example.org/%zz": "url-chars",
    "https://example.org/%00": "url-chars",
    "https://example.org/%E2%80%AEx": "text-bidi",
    "https://user:secret@example.org/": "url-userinfo",
    "https://example.org:99999/": "url-port",
    "https://example.org:0/": "url-port",
    "https://example.org:/": "url-port",
    "https://.": "url-host",
    "https://a..b/": "url-host",
    "https://-a.org/": "url-host",
    f"https://{'a' * 64}.org/": "url-host",
    f"https://{'.'.join(['a' * 60] * 5)}.org/": "url-host",
    "https://localhost/": "url-host",
    "https://printer.local/": "url-host",
    "https://127.0.0.1/": "url-host",
    "https://2130706433/": "url-host",
    "https://0x7f.1/": "url-host",
    "https://[::1]/": "url-host",
    "https://[::1/": "url-host",
    "https://169.254.169.254/latest": "url-host",
    "https://example.org/" + "a" * 2048: "limit",
}


@pytest.mark.parametrize(("url", "code"), REFUSED.items())
def test_an_address_that_is_not_safe_to_publish_is_refused(url: str, code: str) -> None:
    problem = url_problem(url)
    assert problem is not None and problem.code == code


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c#d",
        "https://münchen.example/",
        "https://例え.jp/x",
        "https://8.8.8.8/",
    ],
)
def test_plain_public_addresses_are_accepted(url: str) -> None:
    assert url_problem(url) is None


def test_mail_addresses_are_for_prose_only() -> None:
    assert url_problem("mailto:desk@example.org", mail=True) is None
    for address, code in (("mailto:desk", "url-mail"), ("mailto:desk@localhost", "url-host")):
        problem = url_problem(address, mail=True)
        assert problem is not None and problem.code == code


def test_an_international_host_has_a_form_for_the_wire() -> None:
    assert wire_form("https://münchen.example/a") == "https://xn--mnchen-3ya.example/a"
    assert wire_form("https://MÜNCHEN.example:8080/ü") == "https://xn--mnchen-3ya.example:8080/ü"
    assert wire_form("https://example.org/") is None


def test_tracking_parameters_are_taken_out_and_the_rest_is_kept() -> None:
    assert without_tracking("https://example.org/?a=1&utm_source=x&fbclid=y#z") == "https://example.org/?a=1#z"
    assert without_tracking("https://example.org/?utm_source=x") == "https://example.org/"
    assert without_tracking("https://example.org/?a=1") is None
    assert without_tracking("https://example.org/") is None


@given(st.text())
def test_any_text_is_either_refused_or_starts_with_a_web_scheme(text: str) -> None:
    if url_problem(text) is None:
        assert text.lower().startswith(("http://", "https://"))


HOSTS = st.sampled_from(
    "example.org münchen.example 例え.jp 8.8.8.8 [2606:4700::1111] a.b.c.org. A.example a@b.example c.example:1".split()
)
PARTS = st.text(st.sampled_from("ab:/@?#[]\\%41é .&=0é"), max_size=12)


@given(st.text() | st.builds(lambda host, rest: f"https://{host}{rest}", HOSTS, PARTS))
def test_an_accepted_address_has_one_host_to_every_reader(url: str) -> None:
    if url_problem(url) is None:
        told = urlsplit(url)
        authority = re.match(r"(?i)https?://([^/?#]*)", url)
        assert authority is not None and told.hostname is not None and told.username is None
        host = authority[1].partition("]")[0].strip("[") if authority[1].startswith("[") else authority[1].split(":")[0]
        assert told.hostname == host.lower() and (told.port or 443) in range(1, 65536)
        assert "\\" not in url and not re.search(r"\s", url)


@pytest.mark.parametrize(
    ("url", "offset"),
    [("https://a.example/b c", 19), ("https://a.example/%zz", 18), ("https://a.example:x/", 18), ("https://:80/", 8)],
)
def test_a_problem_tells_where_in_the_address_it_is(url: str, offset: int) -> None:
    problem = url_problem(url)
    assert problem is not None and problem.offset == offset


@pytest.mark.parametrize("host", ["xn--", "a\u200db.example", "\u0300.example", "é" * 64 + ".example"])
def test_a_name_without_a_form_for_the_wire_is_refused(host: str) -> None:
    problem = url_problem(f"https://{host}/")
    assert problem is not None and problem.code in ("url-host", "url-chars")


def test_the_address_of_a_site_ends_before_its_questions() -> None:
    problem = base_problem("https://example.org/a?b")
    assert problem is not None and (problem.code, problem.offset, problem.hint) == (
        "url-chars",
        21,
        "write https://example.org/a",
    )
    assert base_problem("https://example.org/a") is None
