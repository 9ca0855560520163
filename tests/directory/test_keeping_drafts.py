"""What someone keeps for later: as it was filled in, theirs alone, gone once it is sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from directory import keeping_drafts
from directory.errors import TooMany
from directory.models import Draft, Listing
from geo.errors import InvalidParameter, NotFound
from scopes.rights.exporting import told
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

HALF = {"slug": "annonce", "deal": "sale", "title": "Canapé d’angle", "level": "neighbourhood", "keep": "1"}


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def browser(client, alice):
    client.force_login(alice.account)
    return client


def test_what_is_half_filled_in_is_there_again_and_goes_once_it_is_sent(browser, alice):
    page = browser.post("/publier/annonce/", HALF, follow=True).content.decode()
    draft = Draft.objects.get()
    assert not Listing.objects.exists()
    assert "Canapé d’angle" in page and f'href="/publier/brouillon/{draft.public_id}/"' in page
    form = browser.get(f"/publier/brouillon/{draft.public_id}/").content.decode()
    assert 'value="Canapé d’angle"' in form and 'value="sale" checked' in form
    assert 'value="neighbourhood" checked' in form and f'name="draft" value="{draft.public_id}"' in form
    more = HALF | {"draft": str(draft.public_id), "price": "40"}
    browser.post("/publier/annonce/", more)
    assert Draft.objects.get().filled["price"] == "40"
    del more["keep"]
    wrong = browser.post("/publier/annonce/", more)
    assert wrong.status_code == 400 and f'value="{draft.public_id}"' in wrong.content.decode()
    assert Draft.objects.exists(), "what was not sent stays"
    browser.post("/publier/annonce/", more | {"category": "furnishings"})
    assert Listing.objects.get().title == "Canapé d’angle" and not Draft.objects.exists()


def test_it_is_nobody_elses(browser, alice, client):
    draft = keeping_drafts.keep(account=alice.account, kind="service", filled={"title": "Mon secret"})
    client.force_login(neighbour("Anna", alice.residence).account)
    for key in (draft.public_id, uuid4()):
        assert client.get(f"/publier/brouillon/{key}/").status_code == 404
        assert client.post(f"/publier/brouillon/{key}/jeter/").status_code == 404
        assert client.post("/publier/service/", {"keep": "1", "title": "Autre", "draft": str(key)}).status_code == 404
    assert Draft.objects.get().filled == {"title": "Mon secret"}
    assert "Mon secret" in str(told(alice.account))


def test_it_is_thrown_away(browser, alice):
    draft = keeping_drafts.keep(account=alice.account, kind="service", filled={"title": "Non"})
    assert "jeté" in browser.post(f"/publier/brouillon/{draft.public_id}/jeter/", follow=True).content.decode()
    with pytest.raises(NotFound):
        keeping_drafts.own_draft(alice.account, draft.public_id)


def test_what_no_form_holds_is_refused_and_what_no_table_holds_left_out(browser, alice):
    with pytest.raises(InvalidParameter):
        keeping_drafts.keep(account=alice.account, kind="service", filled={"text": "x" * 10_000_000})
    page = browser.post("/publier/service/", HALF | {"text": "x" * 13_000})
    assert page.status_code == 400 and "trop long" in page.content.decode()
    assert browser.post("/publier/service/", HALF | {"title": "avec\0 zéro"}).status_code == 400
    browser.post("/publier/service/", HALF | {"title": "avec zéro", "draft": "no id", "intruder": "x"})
    assert Draft.objects.get().filled == {"title": "avec zéro", "level": "neighbourhood"}


def test_they_are_not_many_and_not_for_ever(alice, monkeypatch):
    monkeypatch.setattr(keeping_drafts, "MOST_DRAFTS", 1)
    keeping_drafts.keep(account=alice.account, kind="service", filled={"title": "un"})
    with pytest.raises(TooMany):
        keeping_drafts.keep(account=alice.account, kind="service", filled={"title": "deux"})
    keeping_drafts.forget_drafts()
    assert Draft.objects.exists()
    Draft.objects.update(kept_at=timezone.now() - keeping_drafts.KEPT - timedelta(days=1))
    keeping_drafts.forget_drafts()
    assert not Draft.objects.exists()
