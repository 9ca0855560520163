"""Forms of signing in and of one's account."""

from __future__ import annotations

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from geo.forms import Form, ModelForm
from geo.texts import legible
from scopes.people import Account


class AddressForm(Form):
    """The one question at the door."""

    email = forms.EmailField(
        label=_("Votre adresse e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "form-control"}),
    )

    def clean_email(self) -> str:
        """An address is the same however it is capitalised."""
        return self.cleaned_data["email"].lower()


class CodeForm(Form):
    """The code that was sent."""

    code = forms.CharField(
        label=_("Votre code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "form-control code"}
        ),
    )


class PrintedCodeForm(Form):
    """A code from a printed sheet."""

    code = forms.CharField(
        label=_("Un code de votre feuille, pas encore barré"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "form-control code"}
        ),
    )


class PasswordForm(AddressForm):
    """An address and the password that goes with it."""

    password = forms.CharField(
        label=_("Votre mot de passe"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "form-control"}),
    )


class NameForm(ModelForm):
    """Who someone is: the names that the letterbox knows, of which others read the first and an initial."""

    class Meta:
        """Names as an account holds them."""

        model = Account
        fields = ("first_name", "last_name")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name", "class": "form-control"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name", "class": "form-control"}),
        }

    def clean_first_name(self) -> str:
        """Keep a name."""
        return _name(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        """Keep a name."""
        return _name(self.cleaned_data["last_name"])


class OpeningForm(NameForm):
    """What opening an account asks: a name and an age (docs/legal.md, 10), no more."""

    of_age = forms.BooleanField(
        label=_("J’ai 15 ans ou plus"),
        error_messages={"required": _("Avant 15 ans, un parent ouvre le compte depuis le sien.")},
    )


class OpeningForForm(NameForm):
    """An account opened by someone for someone else, who sits beside."""

    CHILD, TOGETHER = "child", "together"

    whose = forms.ChoiceField(
        label=_("Pour qui ?"),
        choices=[
            (CHILD, _("Mon enfant, qui a moins de 15 ans")),
            (TOGETHER, _("Une personne que j’aide, assise à côté de moi et d’accord")),
        ],
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=_("Son adresse e-mail, si elle en a une"),
        help_text=_("Sans adresse, une feuille de codes à imprimer ouvre le compte."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )

    field_order = ("whose", "first_name", "last_name", "email")

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_email(self) -> str:
        """An address is the same however it is capitalised."""
        return self.cleaned_data["email"].lower()


def _name(typed: str) -> str:
    """Return a name as written in life: letters of any script, spaces, hyphens, apostrophes."""
    name = legible(typed).replace("'", "’")
    kinds = [unicodedata.category(character)[0] for character in name]
    if "L" not in kinds or sum(map(kinds.count, "LM")) + sum(map(name.count, " -’.")) != len(name):
        raise forms.ValidationError(_("Écrivez un nom : des lettres, sans chiffre ni signe."))
    return name
