"""What a poll asks of whoever writes it, and of whoever votes."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.asking_homes import LONGEST_WORDS
from directory.polling import FEWEST_CHOICES, LONGEST_CHOICE, MOST_CHOICES, MOST_DAYS, choices_of, clock_of
from geo.errors import InvalidParameter
from geo.forms import Form
from geo.texts import LONGEST_TEXT, LONGEST_TITLE
from scopes.models import Level
from scopes.moments import today_at
from scopes.viewer import Home

CONTROL = {"class": "form-control", "autocomplete": "off"}


class QuestionForm(Form):
    """A question, its answers, and until when."""

    question = forms.CharField(
        label=_("Votre question"),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs=CONTROL),
        error_messages={"required": _("Écrivez votre question.")},
    )
    text = forms.CharField(
        label=_("Quelques mots de plus, si vous voulez"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    ends_on = forms.DateField(
        label=_("Jusqu’à la fin du jour"),
        widget=forms.DateInput(attrs={**CONTROL, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choisissez un jour, de demain à dans un mois.")},
    )

    def __init__(self, data=None, *args: object, time_zone: str, **kwargs: object):
        super().__init__(data, *args, **kwargs)
        today = today_at(time_zone)
        self.fields["ends_on"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + timedelta(days=MOST_DAYS)).isoformat(),
        }
        written = data.getlist("choices")[:MOST_CHOICES] if data else []
        #: The six lines of the answers, filled in or not.
        self.lines = [*written, *[""] * (MOST_CHOICES - len(written))]
        self.longest = LONGEST_CHOICE

    def clean(self) -> dict[str, object]:
        """Check the answers, which are lines of one name."""
        try:
            choices_of(self.lines)
        except InvalidParameter as error:
            self.add_error(None, str(error))
        return super().clean()

    @property
    def columns(self) -> dict[str, object]:
        """What was filled in, as `directory.polling` and `directory.asking_homes` take it."""
        return {**self.cleaned_data, "choices": self.lines}

    @property
    def has_more_lines(self) -> bool:
        """Whether more than the two answers that every poll has are written."""
        return any(line.strip() for line in self.lines[FEWEST_CHOICES:])

    def refuse(self, field: str, words: str) -> None:
        """Say what is wrong at its field; the answers are lines of one."""
        self.add_error(field if field in self.fields else None, words)

    @property
    def wrong_choices(self) -> list[str]:
        """What is wrong with the answers."""
        return list(self.non_field_errors())


class PollForm(QuestionForm):
    """What a resident asks, and how far."""

    level = forms.ChoiceField(label=_("Jusqu’où ?"), widget=forms.RadioSelect)

    def __init__(self, data=None, *args: object, home: Home, **kwargs: object):
        super().__init__(data, *args, time_zone=clock_of(home), **kwargs)
        circles = [one for one in Level.circles() if home.lives_there or one[0] != Level.RESIDENCE]
        self.fields["level"].choices = circles


class HomesPollForm(QuestionForm):
    """What an organisation asks."""

    text = forms.CharField(
        label=_("Quelques mots de plus, si vous voulez"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
