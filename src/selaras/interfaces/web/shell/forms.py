"""Between forms and actions: a refusal becomes an error beside its field."""

from django import forms

from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Invalid, Refusal


def refuse_into(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put what an action refused onto the form, at the fields it names (`rows.2` is another fault of `rows`); what was
    typed stays."""
    named = refusal.fields if isinstance(refusal, Invalid) else {refusal.field or "": refusal.sentence}
    for name, sentence in named.items():
        field = name if name in form.fields else name.partition(".")[0]
        form.add_error(field if field in form.fields else None, spoken(sentence))
