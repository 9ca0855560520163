"""What is missing in a form is said in the words of its label."""

import pytest
from django import forms
from django.urls import get_resolver
from django.utils import translation

from geo.forms import Form, SaysWhatIsMissing

OWN = "Dites en une ligne de quoi il s’agit."


class Asked(Form):
    """A field of each sort."""

    title = forms.CharField(label="Titre")
    who = forms.CharField(label="Qui le dit ?")
    day = forms.DateField(label=" Dernier jour\n : ")
    kind = forms.ChoiceField(label="Motif", choices=[("a", "A")])
    where = forms.ChoiceField(label="Où ?", choices=[("a", "A")], widget=forms.RadioSelect)
    file = forms.FileField(label="Fichier")
    agreed = forms.BooleanField(label="J’ai plus de 15 ans")
    nameless = forms.CharField(label="")
    own = forms.CharField(label="Sujet", error_messages={"required": OWN})
    free = forms.CharField(label="Détail", required=False)


SAID = {
    "title": "Il manque « Titre ».",
    "who": "Répondez à « Qui le dit ? ».",
    "day": "Il manque « Dernier jour ».",
    "kind": "Choisissez « Motif ».",
    "where": "Répondez à « Où ? ».",
    "file": "Il manque « Fichier ».",
    "agreed": "Cochez « J’ai plus de 15 ans ».",
    "nameless": "Il manque quelque chose ici.",
    "own": OWN,
}


def test_each_field_is_named_and_its_own_words_are_kept():
    assert {name: [*errors] for name, errors in Asked({}).errors.items()} == {name: [one] for name, one in SAID.items()}


def test_other_errors_are_left_as_they_are():
    errors = Asked({"day": "hier", "kind": "z"}).errors
    assert "hier" not in errors["day"][0] and "Il manque" not in errors["day"][0] and "z" in errors["kind"][0]
    form = Asked({})
    form.add_error(None, "Trop tard.")
    form.add_error("title", "Trop court.")
    assert form.non_field_errors() == ["Trop tard."] and form.errors["title"][1] == "Trop court."


def test_a_label_is_text_and_not_markup():
    class Odd(Form):
        title = forms.CharField(label="<b>%(label)s</b>")

    assert Odd({}).errors["title"] == ["Il manque « <b>%(label)s</b> »."]
    assert "&lt;b&gt;" in str(Odd({}).errors["title"])


def test_in_english():
    with translation.override("en"):
        assert Asked({}).errors["title"] == ["“Titre” is missing."]


@pytest.mark.parametrize("name", ["title", "where"])
def test_it_is_read_with_its_field(name):
    field = Asked({})[name]
    described = field.build_widget_attrs({}).get("aria-describedby", "") or field.aria_describedby
    assert f"{field.auto_id}_error" in described


def test_the_forms_of_all_pages_say_it_so():
    get_resolver().url_patterns  # noqa: B018 - the modules of all pages are read
    unlike = {one for one in _below(forms.BaseForm) if not issubclass(one, SaysWhatIsMissing)}
    ours = ("geo.", "scopes.", "directory.", "maps.")
    assert not {f"{one.__module__}.{one.__name__}" for one in unlike if one.__module__.startswith(ours)}


def _below(kind: type) -> set[type]:
    return {one for direct in kind.__subclasses__() for one in {direct, *_below(direct)}}
