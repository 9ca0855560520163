"""What people fill in to write to each other: few fields, French words, and the same checks as the deeds themselves."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.answering import LONGEST_ANSWER
from directory.models import Category, Kind
from directory.spreading import SPREAD
from geo.forms import Form
from geo.texts import LONGEST_TEXT, LONGEST_TITLE
from scopes.models import Level, Openness
from scopes.viewer import Home
from scopes.zone_form import ZoneForm, zone_around


class WordsForm(Form):
    """The words of a post: a title and a text."""

    title = forms.CharField(
        label=_("En une ligne"),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("Votre mot"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 6}),
    )


class SayForm(ZoneForm, WordsForm):
    """What, and how far: a circle of the home it is said from, or a zone around its public cell."""

    category = forms.ChoiceField(label=_("Quoi ?"), widget=forms.RadioSelect)
    level = forms.ChoiceField(label=_("Jusqu’où ?"), widget=forms.RadioSelect)
    openness = forms.BooleanField(label=_("Le montrer aussi à tout le monde, sans mon nom"), required=False)

    field_order = ("category", "title", "text", "level", "openness")

    def __init__(self, *args: object, home: Home, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.home = home
        self.narrow(Level)

    def narrow(self, levels: Iterable[Level], *, spreads: bool = False) -> None:
        """Offer these circles, that of the residence to who lives there, and to go from one to the next by itself."""
        offered = [level for level in levels if self.home.lives_there or level != Level.RESIDENCE]
        choices = [(level.value, level.label) for level in offered]
        self.fields["level"].choices = [*choices, (SPREAD, _("de proche en proche"))] if spreads else choices
        if self.get_initial_for_field(self.fields["level"], "level") not in (*offered, SPREAD):
            self.initial = {**self.initial, "level": offered[0].value}

    @property
    def columns(self) -> dict[str, object]:
        """What was filled in, as `directory.posting.post` takes it; the residence's space opens to nobody, nor does
        what goes its way by itself.

        Raises `InvalidParameter` naming the field of a zone that cannot be.
        """
        filled = self.cleaned_data
        wanted = filled.get("openness") and filled["level"] not in (Level.RESIDENCE, SPREAD)
        zone = zone_around(self.home, filled) if filled["level"] == Level.CATCHMENT else None
        return {
            **{name: filled[name] for name in ("category", "text", "level")},
            # What names itself is asked for none.
            "title": filled.get("title", ""),
            "openness": Openness.PUBLIC if wanted else Openness.MEMBERS,
            "catchment": zone,
        }


class PostForm(SayForm):
    """A word."""

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        categories = Category.objects.filter(parent__code=Kind.POST)
        self.fields["category"].choices = [(category.code, category.name) for category in categories]
        self.fields["category"].initial = categories[0].code


class AnswerForm(Form):
    """An answer under a post."""

    text = forms.CharField(
        label=_("Votre réponse"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
