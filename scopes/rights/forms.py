"""The form that erases an account: a word to type, so that it never happens by a slip."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.forms import Form


class EraseForm(Form):
    """What is typed to be erased, and whether what was written goes too."""

    with_words = forms.BooleanField(required=False, label=gettext_lazy("Effacer aussi ce que j’ai écrit à mes voisins"))
    confirmation = forms.CharField(
        label=gettext_lazy("Pour confirmer, écrivez le mot « effacer »"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "autocapitalize": "none"}),
    )

    def clean_confirmation(self) -> str:
        """Accept the word in either language, however it is capitalised."""
        typed = self.cleaned_data["confirmation"].strip(" .«»\"'\u00a0\u202f").casefold()
        if typed not in ("effacer", "erase"):
            raise forms.ValidationError(_("Écrivez « effacer » pour confirmer, ou revenez en arrière."))
        return typed
