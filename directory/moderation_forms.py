"""What is filled in to report something, to decide about it, and to contest a decision."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.models import Ground, Reason
from directory.moderation_models import LONGEST_WORDS
from geo.forms import Form


def _words(
    label: str, *, required: bool = True, rows: int = 4, help_text: str = "", most: int = LONGEST_WORDS
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=most,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": rows}),
    )


class ReportForm(Form):
    """A reason from the list, and words if one wants."""

    reason = forms.ChoiceField(label=_("Qu’est-ce qui ne va pas ?"), choices=Reason.choices, widget=forms.RadioSelect)
    words = _words(
        _("Quelques mots, si vous voulez"),
        required=False,
        help_text=_("Ils sont lus par les modérateurs, qui ne voient pas qui signale. N’y mettez pas votre nom."),
    )


class HideForm(Form):
    """What the author will read of a decision to hide."""

    deed = forms.CharField(initial="hide", widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Pour quelle raison ?"), choices=Reason.choices, widget=forms.RadioSelect)
    ground = forms.ChoiceField(label=_("La décision repose sur"), choices=Ground.choices, widget=forms.RadioSelect)
    words = _words(
        _("Ce que lira l’auteur"),
        help_text=_("Dites quels mots posent problème, calmement. Ne dites rien de qui a signalé."),
    )


class UpholdForm(Form):
    """What the author will read when something stays hidden."""

    deed = forms.CharField(initial="uphold", widget=forms.HiddenInput)
    words = _words(_("Ce que lira l’auteur"))


class PlainForm(Form):
    """A decision that needs no words: to leave something in place, or to put it back."""

    deed = forms.ChoiceField(choices=[("keep", ""), ("restore", "")], widget=forms.HiddenInput)


class KeepForm(Form):
    """Why something stays that the person it is about asked to remove."""

    deed = forms.CharField(initial="keep", widget=forms.HiddenInput)
    words = _words(_("Pourquoi cela reste"), help_text=_("La réponse à la personne qui a demandé le retrait."))


class RemovalForm(Form):
    """Who asks that what is said of them be removed, and why."""

    name = forms.CharField(
        label=_("Votre nom, tel qu’il est écrit dans la recommandation"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "name"}),
    )
    contact = forms.CharField(
        label=_("Où vous répondre : e-mail ou téléphone"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "email"}),
    )
    words = _words(
        _("Pourquoi la retirer ?"),
        most=LONGEST_WORDS // 2,
        help_text=_("Lu par l’équipe d’Alentour, par personne d’autre."),
    )


#: The form of each deed (`directory.models.Decision.Deed`).
FORMS: dict[str, type[forms.Form]] = {"hide": HideForm, "uphold": UpholdForm, "keep": PlainForm, "restore": PlainForm}


class AppealForm(Form):
    """Why an author thinks that a decision is wrong."""

    words = _words(_("Pourquoi cette décision vous semble-t-elle injuste ?"), rows=5)
