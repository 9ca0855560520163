"""What passers-by say of a page: once, of nobody, to who keeps or tends the page; it changes nothing by itself."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from directory import keeping_places, tending
from directory.claimed_places import of_its_kind
from directory.claiming import give_up
from directory.models import Listing, Remark, SearchEntry, SourceRecord, SyncedCalendar, Tending
from directory.publishing import publish, withdraw
from directory.remarking import MOST_TOLD, MOST_WORDINGS, forget_old_remarks, remark, remarkable, remarks_on
from directory.tending_models import KEPT
from geo.errors import InvalidParameter, NotFound
from geo.models import Municipality
from scopes.errors import Refused
from scopes.models import Acting, Openness
from scopes.moments import today_at
from scopes.rights.erasing import erase
from scopes.rights.registry import person_of, personal
from scopes.viewer import ANONYMOUS
from tests.directory.browsing import browser
from tests.directory.claims import BAKERY, CAFE, bakery, claims, import_csv, keeps, shopkeeper
from tests.directory.happening import event
from tests.directory.remarked import checked, said_on_two_days, this_month
from tests.directory.synced import ADDRESS
from tests.neighbours import person, sign_in
from tests.scopes.mandates import organisation, town_hall

pytestmark = pytest.mark.django_db


class TestSaying:
    def test_it_waits_and_changes_nothing(self, shop):
        before = SearchEntry.objects.get(listing=shop).open_feature
        remark(listing=shop, what="closed", words="  depuis\u202e mai ")
        remark(listing=shop, what="open")
        assert {(one.what, one.words) for one in Remark.objects.all()} == {("closed", "depuis mai"), ("open", "")}
        assert SearchEntry.objects.get(listing=shop).open_feature == before
        assert Listing.objects.get().edits == {}

    def test_said_twice_said_once_and_again_another_day(self, shop):
        for _ in range(3):
            remark(listing=shop, what="hours", words="Fermé le lundi")
        Remark.objects.update(said_on=timezone.localdate() - timedelta(days=2))
        remark(listing=shop, what="hours", words="Fermé le lundi")
        (told,) = remarks_on([shop])[shop.pk]
        assert (told.words, told.day, told.days) == ("Fermé le lundi", timezone.localdate(), 2)

    def test_nothing_is_kept_of_who_says_it(self):
        columns = {field.name for field in Remark._meta.get_fields()}
        assert columns == {"id", "listing", "what", "words", "said_on", "told"}

    @pytest.mark.parametrize(("what", "words"), [("", ""), ("dance", ""), ("cancelled", ""), ("open", "a" * 201)])
    def test_what_is_not_in_the_list_or_too_long_is_refused(self, shop, what, words):
        with pytest.raises(InvalidParameter) as refused:
            remark(listing=shop, what=what, words=words)
        assert refused.value.parameter == ("words" if words else "what")
        assert not Remark.objects.exists()

    def test_a_flood_stops_adding_and_silences_neither_a_bare_answer_nor_another_thing_or_day(self, shop):
        for number in range(MOST_WORDINGS + 3):
            remark(listing=shop, what="name", words=str(number))
        assert Remark.objects.count() == MOST_WORDINGS
        remark(listing=shop, what="name")
        remark(listing=shop, what="closed", words="depuis mai")
        Remark.objects.filter(what="name").update(said_on=timezone.localdate() - timedelta(days=1))
        remark(listing=shop, what="name", words="Le Pétrin")
        assert Remark.objects.count() == MOST_WORDINGS + 3

    def test_two_wordings_at_once_are_counted_one_after_the_other(self, shop):
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        with connection.cursor() as cursor:
            counts = []
            for words in ("", "Le Pétrin"):
                remark(listing=shop, what="name", words=words)
                cursor.execute(held)
                counts.append(cursor.fetchone()[0])
        assert counts == [0, 1], "until the transaction of the second ends; what has no words waits for nobody"

    def test_of_a_flood_of_days_so_many_are_read_and_the_bare_answers_first(self, shop):
        today = timezone.localdate()
        old = today - timedelta(days=100)
        said = [Remark(listing=shop, what="name", words=f"n{n}", said_on=today - timedelta(days=n)) for n in range(40)]
        Remark.objects.bulk_create([*said, Remark(listing=shop, what="open", said_on=old)])
        told = remarks_on([shop])[shop.pk]
        assert len(told) == MOST_TOLD
        assert [one.words for one in told[:3]] == ["", "n0", "n1"]

    def test_each_kind_has_its_own_answers(self, town):
        club = publish(category="sport_association", title="Les Lilas", municipality=town)
        ball = event(town)
        remark(listing=club, what="dissolved")
        remark(listing=ball, what="cancelled")
        for listing, what in ((club, "open"), (ball, "open"), (ball, "hours")):
            with pytest.raises(InvalidParameter):
                remark(listing=listing, what=what)

    def test_of_what_is_public_alone(self, town, shop):
        assert remarkable(ANONYMOUS, shop.public_id).pk == shop.pk
        among = bakery(town, openness=Openness.MEMBERS)
        gone = bakery(town)
        withdraw(listing=gone)
        news = publish(category="local_news", title="Travaux", municipality=town)
        for public_id in (among.public_id, gone.public_id, news.public_id, uuid4()):
            with pytest.raises(NotFound):
                remarkable(ANONYMOUS, public_id)

    def test_its_day_is_that_of_the_town(self, town, shop):
        Municipality.objects.filter(pk=town.pk).update(time_zone="Pacific/Kiritimati")
        shop.refresh_from_db()
        remark(listing=shop, what="closed")
        assert Remark.objects.get().said_on == today_at("Pacific/Kiritimati") != today_at("Pacific/Pago_Pago")

    def test_forgotten_after_half_a_year_or_with_the_page(self, shop):
        remark(listing=shop, what="closed")
        assert forget_old_remarks() == 0
        Remark.objects.update(said_on=timezone.localdate() - timedelta(days=181))
        assert forget_old_remarks() == 1

    def test_the_table_itself_holds_it_once(self, shop):
        remark(listing=shop, what="closed")
        with pytest.raises(IntegrityError), transaction.atomic():
            Remark.objects.create(listing=shop, what="closed", said_on=timezone.localdate())


class TestWhoKeepsIt:
    @pytest.fixture
    def basile(self, town):
        return shopkeeper()

    def test_the_owner_confirms_and_the_card_says_so_by_the_month(self, basile, shop):
        kept = keeps(basile, shop)
        remark(listing=shop, what="open")
        assert checked(shop) is None
        keeping_places.confirm(account=basile, claim=kept)
        assert checked(shop) == this_month() and not Remark.objects.exists()
        assert "Vérifié en" in browser(None).get(f"/annonce/{shop.public_id}/").text

    def test_what_the_owner_keeps_is_no_ones_else(self, basile, shop, staff, hall):
        remark(listing=shop, what="closed")
        asked = claims(basile, shop)
        assert list(tending.to_put_right(staff)) == list(tending.to_put_right(hall)) == [shop.listing_ptr]
        tending.set_aside(account=staff, public_id=shop.public_id)
        asked.delete()
        kept = keeps(basile, shop)
        remark(listing=shop, what="closed")
        for account in (staff, hall):
            assert not tending.to_put_right(account).exists()
            for deed in (tending.confirm, tending.close, tending.set_aside, tending.correct):
                with pytest.raises(NotFound):
                    deed(account=account, public_id=shop.public_id)
        with pytest.raises(Refused):
            keeping_places.confirm(account=staff, claim=kept)
        keeping_places.close_for_good(account=basile, claim=kept)
        assert not Remark.objects.exists()

    def test_a_confirmed_page_still_goes_with_its_source(self, tmp_path, staff, town):
        import_csv(tmp_path, BAKERY)
        shop = of_its_kind(Listing.objects.get())
        remark(listing=shop, what="open")
        tending.confirm(account=staff, public_id=shop.public_id)
        import_csv(tmp_path, BAKERY.replace("02 61 91 00 01", "02 61 91 00 02"))
        assert checked(shop) == this_month()
        import_csv(tmp_path, CAFE)
        shop.refresh_from_db()
        assert shop.withdrawn_at

    def test_a_correction_and_a_closing_stay_through_imports(self, tmp_path, hall, town):
        import_csv(tmp_path, BAKERY)
        shop = of_its_kind(Listing.objects.get())
        remark(listing=shop, what="contact")
        tending.correct(account=hall, public_id=shop.public_id, phone="+33261910009")
        assert not Remark.objects.exists()
        import_csv(tmp_path, BAKERY.replace("07:00", "08:00"))
        card = SearchEntry.objects.get().card
        assert (card["phone"], card["opening_hours"]) == ("+33261910009", "Mo-Sa 08:00-19:00")
        said_on_two_days(shop, "closed")
        tending.close(account=hall, public_id=shop.public_id)
        import_csv(tmp_path, BAKERY)
        assert not SearchEntry.objects.exists()
        tending.open_again(account=hall, public_id=shop.public_id)
        assert SearchEntry.objects.exists()

    def test_a_town_hall_closes_nothing_on_the_word_of_one_day(self, shop, hall, staff):
        remark(listing=shop, what="closed")
        remark(listing=shop, what="closed", words="C’est la mairie qui l’écrit")
        said_on_two_days(shop, "hours")
        client, page = browser(hall, two_factors=True), reverse("put-right", args=[shop.public_id])
        assert 'value="close"' not in client.get(page).text
        assert "deux jours différents" in client.post(page, {"deed": "close"}, follow=True).text
        assert SearchEntry.objects.exists() and Remark.objects.filter(what="closed").count() == 2
        assert 'value="close"' in browser(staff, two_factors=True).get(page).text
        said_on_two_days(shop, "closed")
        assert 'value="close"' in client.get(page).text
        assert "n’est plus montrée" in client.post(page, {"deed": "close"}, follow=True).text

    def test_without_a_remark_nobody_rewrites_a_page(self, shop, staff, hall):
        for account in (staff, hall):
            with pytest.raises(NotFound):
                tending.correct(account=account, public_id=shop.public_id, title="Le Pétrin")

    def test_a_page_without_a_source_is_closed_and_shown_again_but_not_one_that_an_owner_added(self, shop, staff):
        remark(listing=shop, what="closed")
        tending.close(account=staff, public_id=shop.public_id)
        tending.open_again(account=staff, public_id=shop.public_id)
        assert SearchEntry.objects.filter(listing=shop).exists()
        basile = shopkeeper()
        give_up(account=basile, claim=keeps(basile, shop))
        shop.refresh_from_db()
        assert shop.withdrawn_at
        with pytest.raises(NotFound):
            tending.open_again(account=staff, public_id=shop.public_id)

    def test_a_town_hall_tends_its_commune_alone(self, make_town, shop):
        far = person("Voisin")
        town_hall(far, make_town("44020", box=(-1.50, 47.20, -1.40, 47.25), name="Ailleurs"), name="Mairie d’Ailleurs")
        remark(listing=shop, what="closed")
        writer = person("Plume")
        hall = town_hall(person("Maire"), shop.municipality)
        Acting.objects.create(account=writer, organisation=hall, role=Acting.Role.WRITER)
        for account in (far, writer, person("Zoé")):
            assert not tending.to_put_right(account).exists()
            with pytest.raises(NotFound):
                tending.close(account=account, public_id=shop.public_id)
        assert tending.tends(far) and not tending.tends(writer)

    def test_a_markets_page_is_set_aside_or_closed_and_never_confirmed(self, town, staff):
        ball = event(town)
        remark(listing=ball, what="cancelled")
        for deed in (tending.confirm, tending.correct):
            with pytest.raises(NotFound):
                deed(account=staff, public_id=ball.public_id)
        tending.close(account=staff, public_id=ball.public_id)
        assert not SearchEntry.objects.filter(listing=ball).exists()

    def test_a_hidden_page_is_neither_read_nor_rewritten(self, shop, staff, hall):
        remark(listing=shop, what="closed")
        Listing.objects.update(hidden_at=timezone.now())
        for account in (staff, hall):
            assert not tending.to_put_right(account).exists()
            for deed in (tending.correct, tending.confirm, tending.close, tending.set_aside, tending.open_again):
                with pytest.raises(NotFound):
                    deed(account=account, public_id=shop.public_id)
            assert (
                browser(account, two_factors=True).get(reverse("put-right", args=[shop.public_id])).status_code == 404
            )

    @pytest.fixture
    def followed(self):
        club = organisation(person("Ines"), kind="association", name="Les Amis du bal")
        return SyncedCalendar.objects.create(organisation=club, address=ADDRESS)

    def test_an_event_that_a_calendar_tells_of_too_stays_with_who_tends_it(self, town, hall, followed):
        ball = event(town)
        remark(listing=ball, what="cancelled")
        for source in ("datatourisme", followed.source):
            told = {"dataset": "agenda", "key": "bal", "attributes": {}, "digest": "-"}
            SourceRecord.objects.create(listing=ball, source=source, **told)
        assert tending.to_put_right(hall).get().pk == ball.pk
        SourceRecord.objects.filter(source="datatourisme").update(gone_on=timezone.localdate())
        assert not tending.to_put_right(hall).exists()

    def test_an_event_of_a_followed_calendar_is_its_organisations_to_put_right(self, town, staff, followed):
        ball = event(town)
        remark(listing=ball, what="cancelled")
        told = {"source": followed.source, "dataset": "agenda", "key": "bal", "attributes": {}, "digest": "-"}
        record = SourceRecord.objects.create(listing=ball, **told)
        assert not tending.to_put_right(staff).exists()
        with pytest.raises(NotFound):
            tending.close(account=staff, public_id=ball.public_id)
        SourceRecord.objects.filter(pk=record.pk).update(gone_on=timezone.localdate())
        tending.close(account=staff, public_id=ball.public_id)


class TestTheLog:
    def test_each_deed_is_written_down_with_what_was_before(self, tmp_path, town, hall, staff):
        import_csv(tmp_path, BAKERY)
        shop = of_its_kind(Listing.objects.get())
        number = shop.phone
        remark(listing=shop, what="contact")
        tending.correct(account=hall, public_id=shop.public_id, title="Le Pétrin", phone="+33261910009")
        for deed in (tending.confirm, tending.set_aside, tending.close, tending.open_again):
            remark(listing=shop, what="closed")
            deed(account=staff, public_id=shop.public_id)
        told = list(Tending.objects.order_by("pk"))
        assert [one.deed for one in told] == ["correct", "confirm", "aside", "close", "open"]
        assert told[0].before == {"title": shop.title, "phone": number}
        assert [bool(one.town_hall) for one in told] == [True, False, False, False, False]
        assert {one.by for one in told} == {tending.key_of(hall.pk), tending.key_of(staff.pk)}
        assert {one.page for one in told} == {shop.public_id}
        assert [one.title for one in told] == [shop.title, *["Le Pétrin"] * 4]

    def test_what_is_refused_is_not_in_it(self, shop, hall):
        remark(listing=shop, what="closed")
        with pytest.raises(Refused):
            tending.close(account=hall, public_id=shop.public_id)
        with pytest.raises(InvalidParameter):
            tending.correct(account=hall, public_id=shop.public_id, title="")
        assert not Tending.objects.exists()

    def test_nobody_edits_it_and_it_is_forgotten_in_time(self, shop, staff):
        remark(listing=shop, what="closed")
        tending.set_aside(account=staff, public_id=shop.public_id)
        for edit in (lambda rows: rows.update(town_hall="Ailleurs"), lambda rows: rows.delete()):
            with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
                edit(Tending.objects.all())
        old = {"page": shop.public_id, "title": shop.title, "deed": "close", "by": "-"}
        Tending.objects.create(**old, done_at=timezone.now() - KEPT - timedelta(days=1))
        assert tending.forget_old_tending() == 1
        assert Tending.objects.get().deed == "aside"

    def test_the_serving_role_may_neither_edit_nor_delete(self):
        granted = """SELECT DISTINCT privilege_type FROM information_schema.role_table_grants
            WHERE table_name = 'directory_tending' AND grantee <> current_user"""
        with connection.cursor() as cursor:
            cursor.execute(granted)
            assert {row[0] for row in cursor.fetchall()} & {"UPDATE", "DELETE", "TRUNCATE"} == set()

    def test_staff_reads_it_in_the_register_and_the_doer_in_their_archive(self, client, shop, hall, staff):
        remark(listing=shop, what="closed")
        tending.set_aside(account=hall, public_id=shop.public_id)
        sign_in(client, staff, two_factors=True)
        register = "/exploitation/registre/directory/tending/"
        assert "Le Fournil" in client.get(register, {"q": str(shop.public_id)}).text
        done = Tending.objects.get()
        assert done.town_hall in client.get(f"{register}{done.pk}/change/").text
        known = next(one for one in personal() if one.model is Tending)
        assert known.rows(person_of(hall)).get() == done and not known.rows(person_of(staff)).exists()
        erase(account=hall)
        assert Tending.objects.get().by == done.by
