"""What is filled in to have a calendar or a feed followed: its address, or a file of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.fetching import LONGEST_ADDRESS, MOST_BYTES
from geo.forms import Form
from scopes.home_pages.forms import CONTROL


class CalendarForm(Form):
    """An address or a file."""

    address = forms.CharField(
        label=_("Adresse de l’agenda ou du fil de nouvelles"),
        help_text=_(
            "Celle que votre agenda donne pour « s’abonner », souvent en .ics ; ou celle du fil RSS de votre site."
        ),
        required=False,
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs={**CONTROL, "inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("ou un fichier"),
        help_text=_("iCalendar (.ics), tableau CSV, export d’OpenAgenda, RSS ou Atom, de 5 Mo au plus."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={**CONTROL, "accept": ".ics,.csv,.json,.xml,.rss,.atom,text/calendar,text/csv"}),
    )

    def given(self) -> dict[str, Any]:
        """What was given, as `give_calendar` takes it; of a file too big, enough to say so."""
        file = self.cleaned_data["file"]
        told = {"file_name": file.name, "content": file.read(MOST_BYTES + 1)} if file else {}
        return {"address": self.cleaned_data["address"], **told}
