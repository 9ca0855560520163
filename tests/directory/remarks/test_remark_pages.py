"""The pages on which remarks are made, and those on which they are settled."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from directory import tending
from directory.models import Claim, Listing, Remark
from directory.publishing import publish
from directory.remarking import remark
from scopes.models import Openness
from tests.directory.browsing import browser
from tests.directory.claims import BAKERY, bakery, import_csv, keeps, shopkeeper
from tests.directory.happening import event
from tests.directory.remarked import checked, club, said_on_two_days
from tests.neighbours import person, sign_in
from tests.scopes.mandates import organisation, town_hall

pytestmark = pytest.mark.django_db


class TestPages:
    def test_two_actions_without_an_account(self, shop):
        client = browser(None)
        assert f"/remarque/{shop.public_id}/" in client.get(f"/annonce/{shop.public_id}/").text
        page = client.get(f"/remarque/{shop.public_id}/")
        assert "no-store" in page.headers["Cache-Control"]
        assert 'value="open"' in page.text and f"/signaler/{shop.public_id}/" in page.text
        answer = client.post(f"/remarque/{shop.public_id}/", {"what": "open", "words": ""}, follow=True)
        assert answer.redirect_chain == [("/remarque/merci/", 302)] and "Merci" in answer.text
        assert Remark.objects.get().what == "open"

    def test_bad_input_is_asked_again_with_what_was_written(self, shop):
        answer = browser(None).post(f"/remarque/{shop.public_id}/", {"words": "<b>Ces mots restent"})
        assert answer.status_code == 400 and "&lt;b&gt;Ces mots restent" in answer.text

    @pytest.mark.parametrize(("who", "action"), [(None, "remark"), ("Zoé", "remark_signed_in")])
    def test_floods_are_refused_and_use_up_no_report(self, shop, settings, who, action):
        settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {action: "2/h/ip"}
        client = browser(who and person(who))
        posted = [client.post(f"/remarque/{shop.public_id}/", {"what": "open"}) for _ in range(3)]
        assert [answer.status_code for answer in posted] == [302, 302, 429]
        assert "déjà remarqué" in posted[-1].text
        assert client.post(f"/signaler/{shop.public_id}/", {"reason": "other", "words": "Faux"}).status_code == 302

    def test_what_was_said_shows_to_nobody_but_its_keeper(self, shop):
        basile = shopkeeper()
        kept = keeps(basile, shop)
        remark(listing=shop, what="hours", words="Fermé le CANARI")
        for who in (None, person("Zoé"), basile):
            for address in (f"/annonce/{shop.public_id}/", f"/remarque/{shop.public_id}/", "/?lat=47.21&lon=-1.56"):
                assert "CANARI" not in browser(who).get(address).text
        client = browser(basile, two_factors=True)
        assert "1 remarque de passants" in client.get(reverse("places")).text
        page = reverse("keep-place", args=[kept.handle])
        assert "Fermé le CANARI" in client.get(page).text
        assert "C’est noté" in client.post(page, {"deed": "holds"}, follow=True).text
        assert "CANARI" not in client.get(page).text and checked(shop)

    def test_the_owner_sets_it_aside(self, shop):
        basile = shopkeeper()
        kept = keeps(basile, shop)
        remark(listing=shop, what="name")
        browser(basile, two_factors=True).post(reverse("keep-place", args=[kept.handle]), {"deed": "aside"})
        assert not Remark.objects.exists() and checked(shop) is None

    @pytest.mark.parametrize("who", ["staff", "hall"])
    def test_staff_and_town_hall_read_and_put_right(self, request, client, tmp_path, town, who):
        import_csv(tmp_path, BAKERY)
        shop = Listing.objects.get()
        account = request.getfixturevalue(who)
        sign_in(client, account, two_factors=True)
        remark(listing=shop, what="name", words="<i>Le Pétrin</i>")
        queue, page = reverse("pages-to-put-right"), reverse("put-right", args=[shop.public_id])
        assert "&lt;i&gt;Le Pétrin" in client.get(queue).content.decode()
        assert "Le nom est faux" in client.get(page).content.decode()
        bad = client.post(page, {"title": "", "category": "bakery"})
        assert bad.status_code == 400
        fixed = client.post(page, {"title": "Le Pétrin", "category": "bakery", "address": "3 rue Dorée"}, follow=True)
        assert "C’est corrigé" in fixed.content.decode()
        assert Listing.objects.get().title == "Le Pétrin" and not Remark.objects.exists()
        assert client.get(page).status_code == 404
        said_on_two_days(shop, "closed")
        closed = client.post(page, {"deed": "close"}, follow=True).content.decode()
        assert "n’est plus montrée" in closed and "C’était une erreur" in closed
        client.post(page, {"deed": "open"})
        assert client.get(f"/annonce/{shop.public_id}/").status_code == 200
        assert "Rien à corriger" in client.get(queue).content.decode()

    @pytest.mark.parametrize(
        ("make", "what", "holds", "asked", "closed"),
        [
            (bakery, "closed", "c’est ouvert", "Fermé pour de bon ?", "Fermé pour de bon :"),
            (club, "dissolved", "elle est toujours active", "N’existe plus ?", "N’existe plus :"),
            (event, "cancelled", None, "N’aura pas lieu ?", "Annulé :"),
        ],
    )
    def test_each_kind_is_spoken_of_as_it_is(self, client, town, staff, make, what, holds, asked, closed):
        listing = make(town)
        sign_in(client, staff, two_factors=True)
        remark(listing=listing, what=what)
        queue, page = reverse("pages-to-put-right"), reverse("put-right", args=[listing.public_id])
        words = {"c’est ouvert", "elle est toujours active"}
        for one in (queue, page):
            assert {word for word in words if f"Tout est juste, {word}" in client.get(one).text} == ({holds} - {None})
        assert asked in client.get(page).text
        gone = client.post(page, {"deed": "close"}, follow=True).text
        assert f"{closed} la fiche n’est plus montrée" in gone
        assert ("Fermé pour de bon" in gone) == (make is bakery)

    def test_the_keeper_of_an_association_is_not_asked_whether_it_is_open(self, town):
        basile, listing = shopkeeper(), club(town)
        own = organisation(basile, kind="association", name="Les Amis du bal")
        kept = Claim.objects.create(listing=listing, organisation=own, held_at=timezone.now())
        client, page = browser(basile, two_factors=True), reverse("keep-place", args=[kept.handle])
        shown = client.get(page).text
        assert "Tout est juste, elle est toujours active" in shown and "N’existe plus ?" in shown
        gone = client.post(page, {"deed": "close"}, follow=True).text + client.get(page).text
        assert "N’existe plus : la fiche n’est plus montrée" in gone and "Si, elle est toujours active" in gone
        assert not any(word in shown + gone for word in ("c’est ouvert", "Fermé pour de bon"))

    @pytest.mark.parametrize("deed", ["", "dance", "close "])
    def test_a_forged_deed_is_none(self, client, staff, shop, deed):
        sign_in(client, staff, two_factors=True)
        remark(listing=shop, what="closed")
        assert client.post(reverse("put-right", args=[shop.public_id]), {"deed": deed}).status_code == 404

    def test_for_others_there_is_no_such_page(self, client, shop):
        remark(listing=shop, what="closed")
        sign_in(client, person("Zoé"), two_factors=True)
        for public_id in (shop.public_id, uuid4()):
            for answer in (client.get, client.post):
                assert answer(reverse("put-right", args=[public_id])).status_code == 404
        assert client.get(reverse("pages-to-put-right")).status_code == 404

    def test_the_list_asks_as_much_of_the_database_for_many(self, client, town, staff, django_assert_max_num_queries):
        sign_in(client, staff, two_factors=True)
        for _ in range(8):
            remark(listing=bakery(town), what="closed")
        with django_assert_max_num_queries(16):
            client.get(reverse("pages-to-put-right"))

    def test_what_waits_longest_comes_first_page_by_page(self, client, town, staff, monkeypatch):
        monkeypatch.setattr("directory.pages.remarks.A_PAGE", 2)
        for days, title in ((1, "Amande"), (3, "Zeste"), (2, "Miel")):
            one = bakery(town)
            Listing.objects.filter(pk=one.pk).update(title=title)
            remark(listing=one, what="closed")
            Remark.objects.filter(listing=one).update(said_on=timezone.localdate() - timedelta(days=days))
        sign_in(client, staff, two_factors=True)
        first, second, odd = (
            client.get(reverse("pages-to-put-right"), {"page": page}).content.decode() for page in ("1", "2", "x")
        )
        assert first.index("Zeste") < first.index("Miel") and "Amande" not in first and "?page=2" in first
        assert "Amande" in second and "Miel" not in second and "?page=1" in second
        assert "Zeste" in odd

    def test_an_organisation_reads_what_is_said_of_its_event(self, client, town):
        mayor = person("Maire")
        hall = town_hall(mayor, town)
        ball = event(town, organisation=hall)
        remark(listing=ball, what="dates", words="C’est le 12")
        sign_in(client, mayor, two_factors=True)
        assert "1 remarque" in client.get(reverse("own-events", args=[hall.handle])).content.decode()
        page = reverse("change-event", args=[hall.handle, ball.public_id])
        assert "C’est le 12" in client.get(page).content.decode()
        client.post(page, {"deed": "aside"})
        assert not Remark.objects.exists()
        assert not tending.to_put_right(mayor).exists()

    def test_cards_lead_to_it_where_anyone_may_say_something(self, town, shop):
        among = bakery(town, openness=Openness.MEMBERS)
        text = browser(None).get("/?lat=47.21&lon=-1.56&within=500m").text
        assert text.count(f"/remarque/{shop.public_id}/") == 1 and str(among.public_id) not in text

    def test_so_do_the_agenda_and_the_page_of_a_town(self, town):
        ball, among = event(town), event(town, "Bal des voisins", openness=Openness.MEMBERS)
        hall = publish(category="town_hall", title="Mairie", municipality=town)
        text = browser(None).get("/agenda/?lat=47.2173&lon=-1.5536&within=2km").text
        assert f"/remarque/{ball.public_id}/" in text and str(among.public_id) not in text
        assert f"/remarque/{hall.public_id}/" in browser(None).get(f"/ville/{town.insee_code}/").text
