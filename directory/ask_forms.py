"""What asking an organisation takes, and what answering does."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.asking import LONGEST_PLACE, Askable
from directory.handling_asks import LONGEST_REPLY
from directory.photos import MOST_BYTES
from directory.pointing import LONGEST_POINT, point_at, read_point
from geo.errors import InvalidParameter
from geo.forms import Form
from geo.texts import LONGEST_TEXT, LONGEST_TITLE
from scopes.models import Level
from scopes.viewer import Home

CONTROL = {"class": "form-control", "autocomplete": "off"}
TEXT = {"class": "form-control", "rows": 5}
CIRCLES = {
    Level.RESIDENCE: _("cet organisme et les habitants de mon immeuble"),
    Level.NEIGHBOURHOOD: _("cet organisme et les habitants du quartier"),
    Level.MUNICIPALITY: _("cet organisme et les habitants de la ville"),
}


class AskForm(Form):
    """What, where, with which photo, and who reads it."""

    title = forms.CharField(
        label=_("En une ligne"),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs=CONTROL),
        error_messages={"required": _("Dites en une ligne de quoi il s’agit.")},
    )
    text = forms.CharField(
        label=_("Ce que vous demandez, ou ce que vous signalez"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=TEXT),
        error_messages={"required": _("Dites-en un peu plus : qui vous lira n’a que ces mots.")},
    )
    place = forms.CharField(
        label=_("Où est-ce, si cela compte"),
        help_text=_("L’ascenseur, l’escalier B, l’angle de deux rues. Pas votre adresse."),
        max_length=LONGEST_PLACE,
        required=False,
        widget=forms.TextInput(attrs=CONTROL),
    )
    point = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_POINT, required=False)
    point_address = forms.CharField(
        label=_("Ou l’adresse la plus proche"),
        help_text=_("Le numéro, la rue et la ville. Pas la vôtre : devant chez vous se dit en mots."),
        max_length=LONGEST_PLACE,
        required=False,
        widget=forms.TextInput(attrs={**CONTROL, "spellcheck": "false"}),
    )
    photo = forms.FileField(
        label=_("Une photo, si elle aide"),
        help_text=_("Elle est redessinée : ni lieu, ni date, ni nom de fichier ne partent avec elle."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "image/jpeg,image/png,image/webp"}),
    )
    shown_to = forms.ChoiceField(label=_("Qui le verra ?"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: object, askable: Askable, home: Home, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.home = home
        circles = [(str(level), CIRCLES[level]) for level in askable.circles]
        self.fields["shown_to"].choices = [("", _("cet organisme seul")), *circles]

    def clean(self) -> dict[str, object]:
        """Read the point shown on the map; the address stands in where nothing was shown there."""
        told = super().clean()
        try:
            told["point"] = read_point(told.get("point", "")) or point_at(self.home, told.get("point_address", ""))
        except InvalidParameter as error:
            self.add_error(error.parameter, str(error))
        return told

    @property
    def columns(self) -> dict[str, object]:
        """What was filled in, as `directory.asking.ask` takes it; of a file that is too large no more than tells so."""
        photo = self.cleaned_data["photo"]
        told = {name: value for name, value in self.cleaned_data.items() if name != "point_address"}
        return {**told, "photo": photo.read(MOST_BYTES + 1) if photo else None}


class NoticeAnswerForm(Form):
    """What someone answers to the sender of a notice."""

    text = forms.CharField(
        label=_("Votre réponse à l’organisme"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={**TEXT, "rows": 4}),
        error_messages={"required": _("Écrivez votre réponse.")},
    )
    shown = forms.BooleanField(label=_("La montrer aussi aux habitants de l’immeuble"), required=False)


class ReplyForm(Form):
    """What the organisation answers."""

    text = forms.CharField(
        label=_("Votre réponse"),
        max_length=LONGEST_REPLY,
        widget=forms.Textarea(attrs={**TEXT, "rows": 4}),
        error_messages={"required": _("Écrivez votre réponse.")},
    )
