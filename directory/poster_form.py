"""What a notice asks of whoever writes it: the fields of its template; for a poster, who says it and where it hangs."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.notice_fields import SPANS, Field, FieldKind
from directory.notice_templates import Template, read_fields
from geo.errors import InvalidParameter
from geo.forms import Form
from geo.texts import one_line

#: Sheets of one PDF.
MOST_ENTRANCES = 20
LONGEST_ENTRANCE, LONGEST_SENDER = 120, 80
_WIDGET_TYPES = {FieldKind.MOMENT: "datetime-local", FieldKind.PERIOD: "datetime-local"}
_WIDGET_TYPES |= {FieldKind.SINCE: "datetime-local", FieldKind.DAY: "date", FieldKind.DAYS: "date"}


class TemplateForm(Form):
    """The fields of one template; `cleaned_data` gains `fields`, as they would be stored."""

    def __init__(self, *args: object, template: Template, time_zone: str = settings.TIME_ZONE, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.template, self.time_zone = template, time_zone
        for field in template.fields:
            for name in field.parameters:
                self.fields[name] = _form_field(field, name)

    def clean(self) -> dict:
        """Read the notice's fields as they would be stored; what is missing has been said already."""
        filled = super().clean()
        if not any(name in self.errors for field in self.template.fields for name in field.parameters):
            try:
                filled["fields"] = read_fields(self.template, filled, now=timezone.now(), time_zone=self.time_zone)
            except InvalidParameter as error:
                self.add_error(error.parameter, str(error))
        return filled


class PosterForm(TemplateForm):
    """The fields of one template, then the sender's; `cleaned_data` gains `entrances`."""

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["entrances"] = forms.CharField(
            label=_("Où sera-t-elle affichée ?"),
            help_text=_("Une entrée par ligne : une affiche pour chacune."),
            max_length=MOST_ENTRANCES * LONGEST_ENTRANCE,
            widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
        )
        self.fields["sender"] = _line(_("Qui le dit ?"), LONGEST_SENDER, help_text=_("Votre organisme ou votre nom."))
        self.fields["contact"] = _line(_("Comment vous joindre ?"), LONGEST_SENDER, help_text=_("Un numéro suffit."))

    def clean_entrances(self) -> list[str]:
        """Return the entrances, each once."""
        lines = [line for line in self.cleaned_data["entrances"].splitlines() if line.strip()]
        if len(lines) > MOST_ENTRANCES:
            message = ngettext("Au plus %(most)d entrée.", "Au plus %(most)d entrées.", MOST_ENTRANCES)
            raise forms.ValidationError(message % {"most": MOST_ENTRANCES})
        return list(dict.fromkeys(_checked(line, "entrances", LONGEST_ENTRANCE) for line in lines))

    def clean_sender(self) -> str:
        """Return the sender on one line."""
        return _checked(self.cleaned_data["sender"], "sender", LONGEST_SENDER)

    def clean_contact(self) -> str:
        """Return how to reach the sender on one line."""
        return _checked(self.cleaned_data["contact"], "contact", LONGEST_SENDER)


def _checked(text: str, parameter: str, longest: int) -> str:
    try:
        return one_line(text, parameter=parameter, longest=longest)
    except InvalidParameter as error:
        raise forms.ValidationError(str(error)) from error


def _form_field(field: Field, name: str) -> forms.Field:
    told = {"label": _label(field, name), "required": field.needs(name)}
    if field.kind == FieldKind.CHOICE:
        return forms.ChoiceField(choices=list((field.choices or {}).items()), widget=forms.RadioSelect, **told)
    if field.kind == FieldKind.PARAGRAPHS:
        widget = forms.Textarea(attrs={"class": "form-control", "rows": 3})
        return forms.CharField(max_length=field.longest, widget=widget, **told)
    if field.kind in _WIDGET_TYPES:
        widget = forms.TextInput(attrs={"class": "form-control", "type": _WIDGET_TYPES[field.kind]})
        return forms.CharField(max_length=40, widget=widget, **told)
    return _line(told["label"], field.longest, required=told["required"])


def _label(field: Field, name: str) -> str:
    if field.kind not in SPANS:
        return str(field.label)
    if name == "start":
        return _("Premier jour") if field.kind == FieldKind.DAYS else _("Début")
    if field.kind == FieldKind.DAYS:
        return _("Dernier jour")
    return _("Fin") if field.needs(name) else _("Fin, si elle est connue")


def _line(label: str, longest: int, **told: object) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=longest, widget=widget, **told)
