"""Forms of one's homes: each works without scripts."""

from __future__ import annotations

from collections.abc import Collection

from django import forms
from django.utils.translation import gettext_lazy as _

from geo.forms import Form
from scopes.homes import Membership
from scopes.key_models import ApiKey
from scopes.organisation_models import Organisation

CONTROL = {"class": "form-control"}
Role = Membership.Role


class FindForm(Form):
    """Where someone lives, in a few words; sent by POST, so that no address of a page holds it."""

    address = forms.CharField(
        label=_("Votre adresse"),
        max_length=200,
        widget=forms.TextInput(
            attrs={
                **CONTROL,
                "autocomplete": "street-address",
                "spellcheck": "false",
                "enterkeyhint": "search",
                "data-completion": "/api/addresses/",
                "data-some": _("Suggestions :"),
                "data-none": _("Aucune suggestion"),
            }
        ),
    )


class JoinForm(Form):
    """A residence, and what one is there."""

    residence = forms.CharField(max_length=120, widget=forms.HiddenInput)
    role = forms.ChoiceField(
        label=_("Vous y êtes"),
        choices=Role.choices,
        initial=Role.TENANT,
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class CodeForm(Form):
    """A code read on paper."""

    code = forms.CharField(
        label=_("Votre code"),
        max_length=40,
        help_text=_("Dix lettres et chiffres, comme 4K7QW-2M9XT. Majuscules, espaces et tirets n’importent pas."),
        widget=forms.TextInput(
            attrs={
                "class": "form-control code wide-code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    role = forms.ChoiceField(
        label=_("Dans cette résidence, vous êtes"),
        choices=Role.choices,
        initial=Role.TENANT,
        help_text=_("Si vous aviez déjà demandé à la rejoindre, ce que vous aviez dit reste."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class LotForm(Form):
    """Name and lot, as on the manager's papers."""

    name = forms.CharField(label=_("Nom, comme sur vos papiers"), max_length=120, widget=forms.TextInput(attrs=CONTROL))
    lot = forms.CharField(
        label=_("Numéro du lot ou de l’appartement"),
        max_length=30,
        widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "off"}),
    )


class PositionForm(Form):
    """Where the device says it is, in degrees, and how surely, in metres."""

    longitude = forms.FloatField(min_value=-180, max_value=180)
    latitude = forms.FloatField(min_value=-90, max_value=90)
    accuracy = forms.FloatField(min_value=0, max_value=1_000_000)


class OrganisationForm(Form):
    """An organisation as its papers name it."""

    kind = forms.ChoiceField(
        label=_("Vous êtes"), choices=Organisation.Kind.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    name = forms.CharField(label=_("Nom de l’organisme"), max_length=120, widget=forms.TextInput(attrs=CONTROL))
    contact = forms.CharField(
        label=_("Où les habitants vous joignent"),
        help_text=_("Un téléphone, une adresse. Ils le lisent sous chaque avis."),
        max_length=200,
        widget=forms.TextInput(attrs=CONTROL),
    )
    siret = forms.CharField(
        label=_("SIRET"),
        help_text=_("Quatorze chiffres. Une mairie ou une association peut ne pas en avoir."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={**CONTROL, "inputmode": "numeric", "autocomplete": "off"}),
    )
    rna = forms.CharField(
        label=_("Numéro RNA, pour une association"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "off"}),
    )
    commune = forms.CharField(
        label=_("Commune, pour une mairie"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "off"}),
    )


class MandateForm(Form):
    """What a mandate is asked for."""

    addresses = forms.CharField(
        label=_("Adresses des immeubles, une par ligne"),
        help_text=_("Le numéro, la rue et la ville : 12 rue de Strasbourg, Nantes."),
        max_length=20_000,
        widget=forms.Textarea(attrs={**CONTROL, "rows": 5, "spellcheck": "false"}),
    )
    only_entrances = forms.BooleanField(
        label=_("Ces entrées seulement : le reste de l’immeuble n’est pas à moi"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    ground = forms.CharField(
        label=_("Ce qui vous donne ce droit"),
        help_text=_("Contrat de syndic du…, procès-verbal de l’assemblée du…, bail. Les habitants le lisent."),
        max_length=300,
        widget=forms.TextInput(attrs=CONTROL),
    )
    ends_on = forms.DateField(
        label=_("Jusqu’au"), widget=forms.DateInput(attrs={**CONTROL, "type": "date"}, format="%Y-%m-%d")
    )


class MandateFileForm(Form):
    """A file of buildings, with what gives the right; once `confirmed`, the file was read and is not sent again."""

    file = forms.FileField(
        label=_("Fichier des immeubles"),
        help_text=_("Un tableur .xlsx ou CSV : adresse, code postal, ville, bailleur, logements."),
        widget=forms.FileInput(attrs={**CONTROL, "accept": ".csv,.xlsx,text/csv"}),
    )
    ground = MandateForm.base_fields["ground"]
    ends_on = MandateForm.base_fields["ends_on"]

    def __init__(self, *args: object, confirmed: bool = False, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not confirmed


class KeyForm(Form):
    """A key for a program of an organisation, for one of the things that its keys may do (`reaches`)."""

    name = forms.CharField(
        label=_("Quel système la tiendra"),
        help_text=_("Pour la reconnaître dans la liste : « supervision du réseau »."),
        max_length=60,
        widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "off"}),
    )
    reach = forms.ChoiceField(
        label=_("Ce qu’elle permet"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    urgent_word = forms.CharField(
        label=_("Pour qu’elle envoie aussi des avis urgents, écrivez URGENT"),
        help_text=_("Si vous êtes deux dans l’organisme, une autre personne relit quand même chaque avis urgent."),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control wide-code", "autocomplete": "off"}),
    )

    def __init__(self, *args: object, reaches: Collection[ApiKey.Reach], **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["reach"].choices = [(reach.value, reach.label) for reach in reaches]
        if ApiKey.Reach.SEND not in reaches:
            del self.fields["urgent_word"]


class LetterForm(Form):
    """Where a letter goes."""

    address = forms.CharField(
        label=_("Adresse de votre boîte aux lettres"),
        max_length=200,
        widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "street-address", "spellcheck": "false"}),
    )
