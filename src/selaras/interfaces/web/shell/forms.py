"""Between forms and actions: a refusal becomes an error beside its field."""

from django import forms

from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Invalid, Refusal


def refuse_into(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put what an action refused onto the form, at the fields it names; what was typed stays."""
    named = refusal.fields if isinstance(refusal, Invalid) else {refusal.field or "": refusal.sentence}
    for field, sentence in named.items():
        form.add_error(field if field in form.fields else None, spoken(sentence))
