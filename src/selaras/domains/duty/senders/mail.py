"""Mail, by the installation's own server. The same Message-ID each time, so that a mailbox can tell a repeat."""

from collections.abc import Mapping
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage

from selaras.domains.duty.contracts.channels import Answer, Message
from selaras.kernel.sentences import say


def send(config: Mapping[str, str], message: Message) -> Answer:
    """Hand the message to the mail server."""
    if not settings.EMAIL_HOST:
        return Answer(False, say("This installation has no mail server. Set SELARAS_SMTP_HOST."))
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    lines = [message.body, message.acknowledge_url, message.url]
    mail = EmailMessage(
        subject=" ".join(message.subject.split()),
        body="\n\n".join(line for line in lines if line),
        to=[config["address"]],
        headers={"Message-ID": f"<{message.key}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except SMTPRecipientsRefused as refused:
        code, why = next(iter(refused.recipients.values()), (550, b""))
        return _refused(code, why)
    except SMTPResponseException as refused:
        return _refused(refused.smtp_code, refused.smtp_error)
    except (OSError, SMTPException) as problem:
        return Answer(False, say("The mail server does not answer: %(why)s", why=str(problem)[:200]), again=True)
    return Answer(True, say("The mail server took it."))


def _refused(code: int, why: bytes | str) -> Answer:
    text = why.decode(errors="replace") if isinstance(why, bytes) else why
    return Answer(False, say("The mail server refused it: %(code)s %(why)s", code=code, why=text[:200]), code < 500)
