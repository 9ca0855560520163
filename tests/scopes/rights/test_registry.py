"""Nothing that reaches a person is forgotten by an export or by erasing."""

from django.apps import apps
from django.db import models

from scopes.models import Account, Membership, Mute
from scopes.rights.registry import personal, reaching_people, registered


def every_model():
    return apps.get_models(include_auto_created=True)


def test_every_model_that_reaches_a_person_is_registered():
    forgotten = reaching_people(every_model()) - registered()
    assert forgotten == set(), "say in the app's ready() what export and erasing make of it (scopes.rights.registry)"


def test_every_model_that_holds_a_mail_address_is_registered():
    holding = {
        model
        for model in every_model()
        if any(isinstance(field, models.EmailField) for field in model._meta.concrete_fields)
    }
    assert holding - registered() == set()


def test_a_path_of_foreign_keys_is_followed_to_its_end():
    class Far(models.Model):  # noqa: DJ008 - never shown
        mute = models.ForeignKey(Mute, on_delete=models.CASCADE)

        class Meta:
            app_label = "tests"
            managed = False

    class Farther(models.Model):  # noqa: DJ008 - never shown
        far = models.ForeignKey(Far, on_delete=models.CASCADE)

        class Meta:
            app_label = "tests"
            managed = False

    assert {Far, Farther} <= reaching_people([Farther, Far, *every_model()])


def test_a_model_comes_before_those_it_points_to():
    order = [known.model for known in personal()]
    assert order.index(Membership) < order.index(Account)
    for place, model in enumerate(order):
        pointed = {field.related_model for field in model._meta.concrete_fields if field.is_relation} - {model}
        assert not pointed & set(order[:place])


def test_each_says_why_and_how_long_in_words():
    for known in personal():
        assert all(str(said).strip() for said in (known.title, known.purpose, known.kept))
    titles = [str(known.title) for known in personal()]
    assert len(titles) == len(set(titles))
