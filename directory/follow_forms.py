"""How what is followed is told: how often, at which hour of the place, by what."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.follow_models import Follow
from directory.follows import HOURS
from geo.forms import Form
from scopes.models import Account, MessageCopy, PushSubscription


class HowForm(Form):
    """How one thing followed is told."""

    rhythm = forms.ChoiceField(
        label=_("Quand ?"), choices=Follow.Rhythm.choices, initial=Follow.Rhythm.DAILY, widget=forms.RadioSelect
    )
    hour = forms.TypedChoiceField(
        label=_("À quelle heure ?"),
        help_text=_("Celle de l’endroit. Jamais la nuit, même pour ce qui est dit dès que ça paraît."),
        coerce=int,
        choices=[(hour, f"{hour}\u00a0h") for hour in HOURS],
        initial=18,
        widget=forms.RadioSelect,
    )
    means = forms.ChoiceField(label=_("Par où ?"), choices=MessageCopy.Means.choices, widget=forms.RadioSelect)

    def __init__(self, *arguments: object, account: Account, **options: object):
        super().__init__(*arguments, **options)
        # What cannot arrive is not offered: no address, or no browser that asked for it.
        possible = {
            MessageCopy.Means.MAIL: bool(account.email),
            MessageCopy.Means.PUSH: PushSubscription.objects.filter(account=account).exists(),
        }
        self.fields["means"].choices = [one for one in MessageCopy.Means.choices if possible[one[0]]]
        self.fields["means"].initial = next((code for code, _label in self.fields["means"].choices), None)

    @property
    def can_arrive(self) -> bool:
        """Whether there is any way to be told."""
        return bool(self.fields["means"].choices)
