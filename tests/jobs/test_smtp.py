"""Sending by SMTP to a real server: what each answer, silence and broken line means; never plaintext instead of TLS."""

import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from jobs.channels import InDoubt, Later, Refused, Unreachable
from jobs.channels.choosing import channel_for
from jobs.channels.console import ConsoleChannel
from jobs.channels.mail import BadAddress, mail, on_the_wire
from jobs.channels.smtp import Server, SmtpChannel
from models.errors import Invalid
from models.messages.rendering import Rendered
from models.operations.outbox import NoLongerOurs, Parcel
from tests import factories
from tests.jobs.conftest import SETTINGS
from tests.jobs.mail_server import MailServer, text_of


def a_parcel(message_id: int = 7, **columns: Any) -> Parcel:
    """Make a message that is ready to go."""
    values: dict[str, Any] = {
        "message_id": message_id,
        "key": f"request_open:request:1:{message_id}",
        "created_at": factories.NOW,
        "address": "ria@post.example",
        "sender": "Noaber <post@noaber.example>",
        "sender_name": "Noaber Hengelo, Borne & Oldenzaal",
        "reply_to": "hallo@welzijn.example",
        "rendered": Rendered(subject="Kunt u Ria helpen?", text="Hallo,\n\n.\n..\nDag\n", html="<p>Hallo</p>"),
        **columns,
    }
    return Parcel(**values)


def nothing() -> None:
    """Begin, with nothing to save."""


def channel_to(url: str, *, timeout: float = 2.0) -> SmtpChannel:
    """Give a channel to a server."""
    clock = lambda: factories.NOW  # noqa: E731
    return SmtpChannel(Server.from_url(url), timeout=timeout, base_url="https://noaber.example", clock=clock)


@pytest.fixture
def channel(mail_server: MailServer) -> Iterator[SmtpChannel]:
    """A channel to the server of this test."""
    found = channel_to(mail_server.url)
    yield found
    found.close()


def test_a_mail_arrives_whole_with_both_bodies_and_honest_headers(
    mail_server: MailServer, channel: SmtpChannel
) -> None:
    channel.send(a_parcel(), nothing)
    [got] = mail_server.mails.accepted
    assert (
        got["To"] == "ria@post.example" and got["From"] == '"Noaber Hengelo, Borne & Oldenzaal" <post@noaber.example>'
    )
    assert got["Subject"] == "Kunt u Ria helpen?" and got["Reply-To"] == "hallo@welzijn.example"
    assert got["Auto-Submitted"] == "auto-generated" and got["Content-Language"] == "nl"
    assert got["Date"] == "Tue, 24 Nov 2026 08:00:00 +0000" and got["List-Unsubscribe"] is None
    assert text_of(got) == "Hallo,\n\n.\n..\nDag\n"  # lines of dots survive
    html = got.get_body(("html",))
    assert html is not None and "<p>Hallo</p>" in html.get_content()


def test_a_mail_that_can_be_stopped_says_so_to_mail_programs_whole_and_on_one_line(
    mail_server: MailServer, channel: SmtpChannel
) -> None:
    page = f"https://noaber.example/hengelo/mails/{factories.TOKENS.mail_kind(123456, 12, 'day_before')}"
    fewer = Rendered(subject="Dag", text="Hallo", html="<p>Hallo", fewer_url=page)
    written = mail(a_parcel(rendered=fewer), base_url="https://noaber.example", now=factories.NOW).content
    assert f"\r\nList-Unsubscribe: <{page}>\r\n".encode() in written
    channel.send(a_parcel(rendered=fewer), nothing)
    channel.send(a_parcel(8, rendered=replace(fewer, fewer_url="http://127.0.0.1:5000/dorp/mails/x")), nothing)
    safe, unsafe = mail_server.mails.accepted
    assert safe["List-Unsubscribe"] == f"<{page}>"
    assert safe["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert unsafe["List-Unsubscribe-Post"] is None  # RFC 8058 asks for HTTPS


def test_a_message_keeps_its_identity_however_often_it_is_tried() -> None:
    first = mail(a_parcel(), base_url="https://noaber.example", now=factories.NOW)
    again = mail(a_parcel(), base_url="https://noaber.example", now=factories.NOW.replace(hour=20))
    other = mail(a_parcel(8), base_url="https://noaber.example", now=factories.NOW)
    identity = re.compile(rb"^Message-ID: <(.+)@noaber\.example>\r$", re.MULTILINE)
    ids = [identity.search(m.content).group(1) for m in (first, again, other)]  # type: ignore[union-attr]
    assert ids[0] == ids[1] != ids[2] and ids[0].startswith(b"7.")


def test_nobody_injects_a_header(mail_server: MailServer, channel: SmtpChannel) -> None:
    name = "Stad\r\nBcc: iedereen@post.example"
    evil = "Dag\r\nBcc: iedereen@post.example\r\n\r\nKoop nu\x00\u2028x"
    rendered = Rendered(subject=evil, text="Hallo", html="<p>Hallo")
    channel.send(a_parcel(rendered=rendered, sender_name=name), nothing)
    [got] = mail_server.mails.accepted
    assert got["Bcc"] is None and got["Subject"] == "Dag Bcc: iedereen@post.example Koop nu x"
    assert mail_server.mails.recipients == ["ria@post.example"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ria",
        "ria@",
        "a@b.nl, c@d.nl",
        "ria@post.example\r\nRCPT TO:<evil@post.example>",
        "<ria@post.example>",
        "a b@c.nl",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(mail_server: MailServer, address: str) -> None:
    with pytest.raises(BadAddress):
        on_the_wire(address)
    channel = channel_to(mail_server.url)
    with pytest.raises(Refused):
        channel.send(a_parcel(address=address), nothing)
    assert mail_server.mails.senders == []


def test_a_domain_in_other_letters_is_sent_in_ascii(mail_server: MailServer, channel: SmtpChannel) -> None:
    channel.send(a_parcel(address="ria@post-café.example"), nothing)
    assert mail_server.mails.recipients == ["ria@xn--post-caf-i1a.example"]


def test_a_name_in_other_letters_is_sent_where_the_server_can(mail_server: MailServer, channel: SmtpChannel) -> None:
    channel.send(a_parcel(address="réa@post.example"), nothing)
    assert mail_server.mails.recipients == ["réa@post.example"]
    old = MailServer(enable_SMTPUTF8=False)
    old.start()
    try:
        other = channel_to(old.url)
        with pytest.raises(Refused):
            other.send(a_parcel(address="réa@post.example"), nothing)
        other.close()
        assert old.mails.recipients == []
    finally:
        old.stop()


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("answer", "error"), [("450 later", Later), ("550 never", Refused), ("421 goodbye", Later)])
def test_what_the_server_says_is_what_it_means(
    mail_server: MailServer, channel: SmtpChannel, step: str, answer: str, error: type[Exception]
) -> None:
    mail_server.mails.answers[step] = lambda address: answer if address != "jan@post.example" else None
    if step == "MAIL":
        mail_server.mails.answers[step] = lambda _address: answer if not mail_server.mails.seen else None
    with pytest.raises(error, match=answer.split()[0]) as raised:
        channel.send(a_parcel(), nothing)
    assert not isinstance(raised.value, Unreachable)
    assert mail_server.mails.accepted == []
    # The same channel goes on with the next one.
    mail_server.mails.answers.clear()
    channel.send(a_parcel(8, address="jan@post.example"), nothing)
    assert len(mail_server.mails.accepted) == 1


def test_a_line_that_breaks_before_the_message_is_complete_means_later(
    mail_server: MailServer, channel: SmtpChannel
) -> None:
    mail_server.mails.break_at = "DATA"
    with pytest.raises(Later):
        channel.send(a_parcel(), nothing)
    assert mail_server.mails.seen == []
    channel.send(a_parcel(), nothing)
    assert len(mail_server.mails.accepted) == 1


def test_a_line_that_breaks_after_the_message_leaves_doubt(mail_server: MailServer, channel: SmtpChannel) -> None:
    mail_server.mails.break_at = "answer"
    with pytest.raises(InDoubt):
        channel.send(a_parcel(), nothing)
    channel.send(a_parcel(8), nothing)
    assert len(mail_server.mails.accepted) == 1


def test_a_server_that_falls_silent_after_the_message_leaves_doubt(mail_server: MailServer) -> None:
    channel = channel_to(mail_server.url, timeout=0.3)
    mail_server.mails.delay = 1.0
    with pytest.raises(InDoubt):
        channel.send(a_parcel(), nothing)
    channel.close()


def test_what_must_not_go_out_after_all_is_not_sent(mail_server: MailServer, channel: SmtpChannel) -> None:
    def withdrawn() -> None:
        assert mail_server.mails.recipients == ["ria@post.example"]  # the server waits for the message
        raise NoLongerOurs

    with pytest.raises(NoLongerOurs):
        channel.send(a_parcel(), withdrawn)
    channel.send(a_parcel(8), nothing)
    assert [m["Message-ID"][:3] for m in mail_server.mails.seen] == ["<8."]


def test_many_go_over_one_line_and_a_line_that_was_hung_up_is_dialled_again(
    mail_server: MailServer, channel: SmtpChannel
) -> None:
    for number in range(3):
        channel.send(a_parcel(number), nothing)
    assert channel._line is not None and channel._line.sock is not None
    channel._line.sock.shutdown(socket.SHUT_RDWR)  # as a firewall or an idle limit does
    channel.send(a_parcel(4), nothing)
    assert len(mail_server.mails.accepted) == 4


def test_nobody_there_and_nobody_speaking_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(Unreachable):
            channel_to(f"smtp://127.0.0.1:{port}", timeout=0.3).send(a_parcel(), nothing)
    with pytest.raises(Unreachable):
        channel_to(f"smtp://127.0.0.1:{port}", timeout=0.3).send(a_parcel(), nothing)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine that nobody signed but we, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def _context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def starttls_server(certificate: tuple[Path, Path]) -> Iterator[MailServer]:
    """A server that offers STARTTLS, and asks for a name and a password behind it."""

    def known(*arguments: Any) -> AuthResult:
        given = arguments[-1]
        right = isinstance(given, LoginPassword) and given == LoginPassword(b"noaber", b"een lang wachtwoord")
        return AuthResult(success=right, handled=False)

    server = MailServer(tls=_context(certificate), authenticator=known, auth_required=True)
    server.start()
    yield server
    server.stop()


def test_starttls_with_a_known_certificate_and_a_login(
    starttls_server: MailServer, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    channel = channel_to(f"smtp+starttls://noaber:een%20lang%20wachtwoord@localhost:{starttls_server.port}")
    channel.send(a_parcel(), nothing)
    channel.close()
    assert len(starttls_server.mails.accepted) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(starttls_server: MailServer) -> None:
    with pytest.raises(Unreachable, match="SSL"):
        channel_to(f"smtp+starttls://localhost:{starttls_server.port}").send(a_parcel(), nothing)
    assert starttls_server.mails.senders == []


def test_nor_is_it_where_tls_comes_first(certificate: tuple[Path, Path]) -> None:
    with TlsOnly(certificate) as port, pytest.raises(Unreachable, match="SSL"):
        channel_to(f"smtps://localhost:{port}").send(a_parcel(), nothing)


class TlsOnly:
    """Shakes hands by TLS with one caller, and says nothing more."""

    def __init__(self, certificate: tuple[Path, Path]) -> None:
        self._context = _context(certificate)

    def __enter__(self) -> int:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return int(self._socket.getsockname()[1])

    def _serve(self) -> None:
        try:
            plain, _ = self._socket.accept()
            with plain, self._context.wrap_socket(plain, server_side=True):
                pass
        except OSError:
            pass

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._thread.join(3)


def test_without_tls_on_the_other_side_nothing_is_sent_in_the_open(mail_server: MailServer) -> None:
    with pytest.raises(Unreachable):
        channel_to(f"smtp+starttls://localhost:{mail_server.port}").send(a_parcel(), nothing)
    assert mail_server.mails.senders == []


def test_a_wrong_password_is_unreachable_and_says_no_password(
    starttls_server: MailServer, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    channel = channel_to(f"smtp+starttls://noaber:geheim-en-fout@localhost:{starttls_server.port}")
    with pytest.raises(Unreachable) as raised:
        channel.send(a_parcel(), nothing)
    assert "SMTPAuthenticationError" in str(raised.value)
    assert "geheim" not in str(raised.value) and "geheim" not in repr(channel._server)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "smtp_url"),
        ("http://mail.example", "smtp_url"),
        ("smtp://", "smtp_url"),
        ("smtp://mail.example:99999", "smtp_url"),
        ("smtp://mail.example/path", "smtp_url"),
        ("smtp://me:secret@mail.example", "smtp_plain_password"),
    ],
)
def test_an_address_of_a_server_that_cannot_be_used_is_refused(url: str, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        Server.from_url(url)
    assert (raised.value.field, raised.value.code) == ("NOABER_SMTP_URL", code)


def test_each_scheme_has_its_own_port() -> None:
    found = [Server.from_url(f"{scheme}://mail.example") for scheme in ("smtp", "smtp+starttls", "smtps")]
    assert [(server.security, server.port) for server in found] == [("none", 25), ("starttls", 587), ("tls", 465)]


def test_without_a_server_messages_go_to_the_log_but_never_in_production(caplog: pytest.LogCaptureFixture) -> None:
    channel = channel_for(SETTINGS, lambda: factories.NOW)
    assert isinstance(channel, ConsoleChannel)
    with caplog.at_level("INFO"):
        channel.send(a_parcel(), nothing)
    assert "Kunt u Ria helpen?" in caplog.text
    with pytest.raises(Invalid):
        channel_for(replace(SETTINGS, env="production"), lambda: factories.NOW)


def test_the_log_of_a_demonstration_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    channel = channel_for(replace(SETTINGS, demo=True), lambda: factories.NOW)
    with caplog.at_level("INFO"):
        channel.send(a_parcel(), nothing)
    assert "Ria" not in caplog.text and "message 7" in caplog.text
