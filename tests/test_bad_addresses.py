"""Addresses of the web in records: refused where they could mislead, warned about where they could be better."""

import pytest
from conftest import Project
from refusals import SOURCE, TERM, accepted, refused_text

URLS = {
    "a script": "▸javascript:alert(1) url-scheme",
    "a script in capitals": "▸JaVaScRiPt:alert(1) url-scheme",
    "data": "▸data:text/html,x url-scheme",
    "an image as data": "▸data:image/svg+xml,x url-scheme",
    "vbscript": "▸vbscript:x url-scheme",
    "a file": "▸file:///etc/passwd url-scheme",
    "a blob": "▸blob:https://example.org/x url-scheme",
    "ftp": "▸ftp://example.org/ url-scheme",
    "no scheme, two slashes": "▸//evil.example/x url-scheme",
    "no scheme": "▸example.org/x url-scheme",
    "a path": "▸../x url-scheme",
    "a backslash": "https://good.example▸\\@evil.example/ url-chars",
    "a space": "https://example.org/a▸ b url-chars",
    "a tab": '"https://example.org/▸\\tb" url-chars',
    "a line break": '"https://example.org/▸\\nb" url-chars',
    "a quote": "https://example.org/▸'b url-chars",
    "an angle": "https://example.org/▸<b> url-chars",
    "a broken percent code": "https://example.org/▸%zz url-chars",
    "a percent code of a control character": "https://example.org/▸%0a url-chars",
    "a port that is too large": "https://example.org:▸99999/ url-port",
    "port 0": "https://example.org:▸0/ url-port",
    "an empty port": "https://example.org▸:/ url-port",
    "a name and password": "https://▸me:secret@example.org/ url-userinfo",
    "only a dot": "https://▸. url-host",
    "two dots": "https://▸a..b/ url-host",
    "a hyphen in front": "https://▸-a.org/ url-host",
    "a label of 64 characters": f"https://▸{'a' * 64}.org/ url-host",
    "a host of 254 characters": f"https://▸{'a' * 50}.{'.'.join(['abcdef'] * 28)}.abcdefg/ url-host",
    "this machine": "https://▸localhost/ url-host",
    "this machine by number": "https://▸127.0.0.1/ url-host",
    "a private network": "https://▸192.168.0.1/ url-host",
    "this machine in hexadecimal": "https://▸0x7f000001/ url-host",
    "everybody at once": "https://▸224.0.0.1/ url-host",
    "a soft hyphen": '"https://exa▸\\u00admple.org/" url-chars',
    "this machine, IPv6": "https://▸[::1]/ url-host",
    "an escaped change of direction": "▸https://example.org/%E2%80%AEx text-bidi",
    "2,049 characters": f"▸https://example.org/{'a' * 2029} limit",
}


@pytest.mark.parametrize("what", URLS)
def test_an_address_is_refused_with(built: Project, what: str) -> None:
    url, _, code = URLS[what].rpartition(" ")
    refused_text(built, "sources/case.yaml", SOURCE.replace("{}", url), code)


TOLD = {
    "https://example.org/a▸ b": (
        "url-chars",
        "an address cannot hold a space (U+0020)",
        "delete it; or, if it belongs there, write %20",
    ),
    "https://a.example/,▸ https://b.example/": (
        "url-chars",
        "an address cannot hold a space (U+0020)",
        "this field holds one address: keep one of them",
    ),
    "https://example.org/▸<b>": ("url-chars", "an address cannot hold “<”", "write %3C instead"),
    "▸<https://example.org/a>": (
        "url-scheme",
        "this is not a whole web address",
        "write https://example.org/a, without < and >",
    ),
    "▸www.example.org/a": (
        "url-scheme",
        "this is not a whole web address",
        "start with https://, as in https://www.example.org/a, if that is where it is",
    ),
    "▸desk@example.org": ("url-scheme", "this is not a whole web address", "start with https://"),
    "https://https▸://example.org/a": ("url-port", "this address begins twice", "write https://example.org/a"),
    "https://example.org▸:/": ("url-port", "there is a colon after the host, but no port", "take the colon out"),
    "https://example.org/a ▸#b": (
        "yaml-hash",
        "“#b” is left out: without quotes, a space and # end the value",
        "Put double quotes around the whole value. If it is a remark, write it on the line above.",
    ),
}


@pytest.mark.parametrize("url", TOLD)
def test_an_editor_is_told_what_to_do_about(built: Project, url: str) -> None:
    code, *told = TOLD[url]
    row = refused_text(built, "sources/case.yaml", SOURCE.replace("{}", url), code)
    assert [row["message"], row["hint"]] == told


def test_a_scheme_in_capitals_is_the_same_scheme(built: Project) -> None:
    text = "See [the page](HTTPS://example.org/) of [the desk](MailTo:desk@example.org)."
    built.write("terms/case.yaml", TERM.format("Pier") + f"long: {text}\n")
    accepted(built)
    assert 'href="HTTPS://example.org/"' in built.tree()["terms/case/index.html"].decode()


def test_addresses_that_are_good_but_could_be_better_are_warned_about(built: Project) -> None:
    built.write("sources/case.yaml", SOURCE.format("http://example.org/?a=1&utm_source=x"))
    built.write("terms/case.yaml", TERM.format("Pier") + "cites: [case]\n")
    rows = accepted(built)
    told = {row["code"]: (row["line"], row["hint"]) for row in rows if "sources/case" in row["path"]}
    assert told["url-http"] == (6, "use https:// if the site has it")
    assert told["url-tracking"] == (6, "write http://example.org/?a=1")


@pytest.mark.parametrize(
    ("host", "wire"), [("münchen.example", "xn--mnchen-3ya.example"), ("例え.jp", "xn--r8jz45g.jp")]
)
def test_an_international_host_is_kept_and_its_other_form_shown(built: Project, host: str, wire: str) -> None:
    built.write("sources/case.yaml", SOURCE.format(f"https://{host}/"))
    accepted(built)
    page = built.tree()["sources/case/index.html"].decode()
    assert f'href="https://{host}/"' in page and f'title="https://{wire}/"' in page
