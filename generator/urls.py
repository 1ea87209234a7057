"""Which links to the outside are safe to publish: plain web and mail addresses on public hosts.

Stricter than browsers on purpose: what two parsers could read in two ways is refused.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from generator.diagnostics import clipped

MAX_URL = 2048
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\xad\"'<>\\^`{|}\u2028\u2029\ufeff\u200b]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})|%(?:[01][0-9A-Fa-f]|7[Ff])")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"(?:\d+|0x[0-9a-f]*)")
_PRIVATE = frozenset("localhost local localdomain internal intranet lan home corp private invalid arpa onion".split())
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_hsenc|_hsmi)(?==|$)", re.I)
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&*+/=?^_~\-]+@([^@?]+)(\?[^#]*)?")


@dataclass(frozen=True, slots=True)
class UrlProblem:
    """Why an address is refused; `offset` counts characters from its start."""

    code: str
    message: str
    hint: str = ""
    offset: int = 0


def url_problem(url: str, *, mail: bool = False) -> UrlProblem | None:
    """What is wrong with the address of an outside link, or None. `mail`: mailto is allowed too."""
    if len(url) > MAX_URL:
        return UrlProblem("limit", f"this address has {len(url)} characters; {MAX_URL} is the most", "shorten it")
    scheme = _SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in ("http", "https", "mailto"):
        return _scheme_problem(url, scheme[1] if scheme else None)
    if character := _FORBIDDEN.search(url):
        return _bad_character(url, character[0], character.start())
    if escape := _BAD_ESCAPE.search(url):
        message, hint = f"“{escape[0]}” is not a safe percent-encoding", "write % as %25, or take the code out"
        return UrlProblem("url-chars", message, hint, escape.start())
    if _BIDI.search(unquote(url)):
        message = "this address hides a character that reverses the reading direction"
        return UrlProblem("text-bidi", message, "take it out: it stands for nothing in an address")
    if scheme[1].lower() == "mailto":
        return _mail_problem(url) if mail else _scheme_problem(url, "mailto")
    return _web_problem(url, scheme.end())


def base_problem(url: str) -> UrlProblem | None:
    """Why this cannot be the public address of a site, to which paths are added."""
    if problem := url_problem(url):
        return problem
    if found := re.search(r"[?#]", url):
        message = f"the address of a site ends before “{found[0]}”"
        return UrlProblem("url-chars", message, f"write {url[: found.start()]}", found.start())
    return None


def _bad_character(url: str, character: str, offset: int) -> UrlProblem:
    code = quote(character)
    if not character.isspace():
        shown = f"“{character}”" if character.isprintable() else f"the character U+{ord(character):04X}"
        return UrlProblem("url-chars", f"an address cannot hold {shown}", f"write {code} instead", offset)
    hint = f"delete it; or, if it belongs there, write {code}"
    if "://" in url[offset:]:
        hint = "this field holds one address: keep one of them"
    return UrlProblem("url-chars", f"an address cannot hold a space (U+{ord(character):04X})", hint, offset)


def _scheme_problem(url: str, scheme: str | None) -> UrlProblem:
    if scheme is None:
        bare = url.strip("<> ").removeprefix("//")
        hint = "start with https://"
        if _SCHEME.match(bare) and bare != url:
            hint = f"write {bare}, without < and >"
        elif "@" not in bare and url_problem(f"https://{bare}") is None:
            hint = f"start with https://, as in https://{bare}, if that is where it is"
        return UrlProblem("url-scheme", "this is not a whole web address", hint)
    return UrlProblem("url-scheme", f"addresses that start with “{scheme.lower()}:” are not allowed", "use https://")


def _web_problem(url: str, after_scheme: int) -> UrlProblem | None:
    if not url.startswith("//", after_scheme) or url.startswith("///", after_scheme):
        return UrlProblem("url-host", "the host is missing", "write https:// and then the host", after_scheme)
    start = after_scheme + 2
    authority = re.split(r"[/?#]", url[start:], maxsplit=1)[0]
    if "@" in authority:
        return UrlProblem(
            "url-userinfo", "an address must not carry a user name", "remove everything up to the @", start
        )
    host, colon, port = (authority, "", "") if authority.endswith("]") else _split_port(authority)
    if colon and not port:
        message, hint = "there is a colon after the host, but no port", "take the colon out"
        if re.match(r"https?:?//", url[start:]):
            message, hint = "this address begins twice", f"write {url[start:]}"
        return UrlProblem("url-port", message, hint, start + len(host))
    if colon and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        return UrlProblem(
            "url-port", f"“{clipped(port)}” is not a port", "remove it, or give 1 to 65535", start + len(host) + 1
        )
    trouble = host_problem(host)
    return UrlProblem("url-host", trouble, "give the public address of the page", start) if trouble else None


def _split_port(authority: str) -> tuple[str, str, str]:
    head, colon, port = authority.rpartition(":")
    return (head, colon, port) if colon else (authority, "", "")


def _mail_problem(url: str) -> UrlProblem | None:
    address = _MAIL.fullmatch(url[len("mailto:") :])
    if address is None:
        return UrlProblem("url-mail", "this is not a mail address", "write mailto:name@host", len("mailto:"))
    trouble = host_problem(address[1])
    if trouble is None:
        return None
    return UrlProblem("url-host", trouble, "give the public host of the mailbox", len("mailto:") + address.start(1))


def host_problem(host: str) -> str | None:
    """Why this is not the name of a public host, or None. Names are held to RFC 1123 and IDNA 2008."""
    if not host:
        return "the host is missing"
    if host.startswith("["):
        return _ip_problem(host[1:-1]) if host.endswith("]") else "the host is not closed with ]"
    name = ascii_host(host)
    if name is None:
        return f"“{clipped(host)}” is not a valid host name"
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return f"“{clipped(host)}” is not a valid host name"
    if _NUMERIC.fullmatch(labels[-1]):
        return _ip_problem(name)
    if len(labels) < 2 or labels[-1] in _PRIVATE:
        return f"“{clipped(host)}” is not a public host"
    return None


def _ip_problem(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return f"“{clipped(text)}” is not a valid host"
    is_public = address.is_global and not address.is_multicast
    return None if is_public else f"“{clipped(text)}” is not a public host"


def ascii_host(host: str) -> str | None:
    """The host as it goes over the wire (`xn--…`), or None when it has no such form."""
    if host.isascii():
        return host.lower()
    import idna  # slow to import, and rarely needed

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


def wire_form(url: str) -> str | None:
    """The address with its host in ASCII, when that differs from what is shown; else None."""
    try:
        authority = urlsplit(url).netloc  # not `hostname`, which is in small letters
    except ValueError:  # as in `https://[é/`, which is refused elsewhere
        return None
    host = _split_port(authority.rpartition("@")[2])[0]
    if host.isascii():
        return None
    return url.replace(host, ascii_host(host) or host, 1)


def without_tracking(url: str) -> str | None:
    """The address without the parameters that follow readers around, or None when it has none."""
    head, mark, rest = url.partition("?")
    if not mark:
        return None
    query, hash_mark, fragment = rest.partition("#")
    parts = query.split("&")
    kept = [part for part in parts if not _TRACKING.match(part)]
    if len(kept) == len(parts):
        return None
    return head + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment
