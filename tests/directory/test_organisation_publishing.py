"""News of associations and towns, offers of shops: who may, how far, how often, and where they are read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.gis.measure import D
from django.core import mail
from django.utils import timezone

from directory.appealing import appeal
from directory.claiming import give_up
from directory.digests import news_of
from directory.errors import TooManyThisMonth
from directory.feeds import feed
from directory.models import (
    Case,
    Claim,
    Follow,
    Kind,
    Listing,
    ListingPhoto,
    News,
    Promotion,
    SearchEntry,
)
from directory.moderating import decide
from directory.organisation_audiences import homes_within, to_of
from directory.organisation_kinds import sign_of
from directory.organisation_publishing import change_said, own_said, said_by, say_for, take_said_back, told_from
from directory.reporting import report
from directory.shown import shown_together
from geo.catchments import radius_around
from geo.errors import InvalidParameter, NotFound
from geo.home_sums import add_up_homes
from scopes.errors import Refused
from scopes.models import Acting, Level, OutgoingMail
from scopes.rights import erasing, exporting
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.moderation import WHY
from tests.directory.organised import news, offer, offers, page, told
from tests.directory.picturing import picture
from tests.directory.speaking import looking, say
from tests.neighbours import neighbour, person
from tests.scopes.mandates import SIRETS, organisation, town_hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return person("Ada")


@pytest.fixture
def club(ada):
    return organisation(ada, kind="association", name="Les Amis du bal", siret="")


@pytest.fixture
def hall(village, ada):
    return town_hall(ada, village.town)


@pytest.fixture
def bakery(ada):
    return organisation(ada, kind="merchant", name="Jean Pain", siret=SIRETS[3])


@pytest.fixture
def shop(village, bakery):
    return page(village.town, bakery)


def titles_for(someone) -> set[str]:
    """What someone may see of organisations."""
    seen = Listing.objects.live().visible_to(someone if someone is ANONYMOUS else viewer_of(someone.account_id))
    return set(seen.filter(kind__in=(Kind.NEWS, Kind.PROMOTION)).values_list("title", flat=True))


class TestWhoMay:
    def test_a_town_hall_and_an_admitted_association_tell_news(self, village, ada, club, hall):
        seat = page(village.town, club, category="association", title="Les Amis du bal")
        assert sign_of(news(ada, hall)) == "Mairie d’Enfilade"
        made = news(ada, club, seat)
        assert (made.place, made.closes_at.date() - made.published_at.date()) == (seat, timedelta(days=90))

    def test_nobody_else(self, village, ada, club, hall, bakery, shop):
        with pytest.raises(Refused):
            news(person("Zoé"), hall)
        with pytest.raises(Refused):
            news(ada, bakery, shop)
        Acting.objects.filter(organisation=hall).update(everywhere=False)
        with pytest.raises(Refused):
            news(ada, hall)
        club.admitted_at = None
        club.save()
        with pytest.raises(Refused):
            news(ada, club)
        with pytest.raises(NotFound):
            said_by(person("Zoé"), bakery, Kind.PROMOTION)

    def test_it_speaks_from_a_page_that_it_keeps(self, village, ada, club, bakery, shop):
        for place in (None, shop):
            with pytest.raises(InvalidParameter, match="fiche"):
                news(ada, club, place)
        other = page(village.town, organisation(person("Luc"), kind="merchant", siret=SIRETS[2]))
        with pytest.raises(InvalidParameter, match="fiche"):
            offers(ada, bakery, other)


class TestHowFar:
    def test_who_sees_it(self, village, ada, bakery, shop, hall):
        near, far = neighbour("Rémi", village.residences["A"]), neighbour("Elsa", village.residences["E"])
        news(ada, hall, title="tous")
        news(ada, hall, title="ville", to="town")
        news(ada, hall, title="ouest", to="quarter", quarter=village.west)
        offers(ada, bakery, shop, "rayon", to="200m")
        assert titles_for(ANONYMOUS) == {"tous"}
        assert titles_for(far) == {"tous", "ville"}
        assert titles_for(near) == {"tous", "ville", "ouest", "rayon"}

    def test_a_circle_is_drawn_around_a_public_place_alone(self, village, ada, club, hall):
        seat = page(village.town, club, category="association", title="Chez la présidente", location=None)
        for own, place in ((hall, None), (club, seat)):
            with pytest.raises(InvalidParameter, match="lieu public"):
                news(ada, own, place, to="500m")
        assert not News.objects.exists()
        assert homes_within("town", None, village.town) is None

    def test_the_homes_of_a_circle_are_those_of_public_data(self, village, shop):
        add_up_homes(municipalities=[village.town.pk])
        before = [homes_within(to, shop, village.town) for to in ("200m", "500m", "1km")]
        neighbour("Rémi", village.residences["A"])
        assert before == [60, 120, 180] == [homes_within(to, shop, village.town) for to in ("200m", "500m", "1km")]

    @pytest.mark.parametrize("to", ["", "50m", "moon", "residence"])
    def test_nonsense_is_said(self, ada, hall, to):
        with pytest.raises(InvalidParameter) as refused:
            news(ada, hall, to=to)
        assert refused.value.parameter == "to"

    def test_the_quarter_is_one_of_the_town(self, ada, hall):
        with pytest.raises(InvalidParameter) as refused:
            news(ada, hall, to="quarter")
        assert refused.value.parameter == "quarter"

    @pytest.mark.parametrize("to", ["everyone", "town", "200m", "500m", "1km", "2km", "3km"])
    def test_the_choice_is_read_back(self, ada, bakery, shop, to):
        assert to_of(offers(ada, bakery, shop, to=to)) == to


class TestHowOften:
    def test_pressed_twice_it_is_said_once(self, ada, hall, bakery, shop):
        assert news(ada, hall) == news(ada, hall)
        assert offers(ada, bakery, shop) == offers(ada, bakery, shop)

    def test_four_offers_a_month_for_a_shop_whoever_writes_and_taken_back_or_not(self, ada, bakery, shop):
        for number in range(4):
            made = offers(ada, bakery, shop, f"offre {number}")
            take_said_back(account=ada, said=made)
        luc = person("Luc")
        Acting.objects.create(account=luc, organisation=bakery, role="writer")
        with pytest.raises(TooManyThisMonth, match="C’est tout pour ce mois-ci, 4 au plus : la suite à partir du"):
            offers(luc, bakery, shop, "encore")
        Promotion.objects.update(published_at=timezone.now() - timedelta(days=32))
        assert offers(luc, bakery, shop, "le mois suivant")

    def test_twenty_news_a_month(self, ada, hall):
        for number in range(20):
            news(ada, hall, title=f"{number}")
        with pytest.raises(TooManyThisMonth):
            news(ada, hall, title="20")

    def test_one_offer_at_a_time(self, ada, bakery, shop):
        offers(ada, bakery, shop, "cette semaine")
        with pytest.raises(InvalidParameter, match="une à la fois"):
            offers(ada, bakery, shop, "en même temps", first=6, last=8)
        following = offers(ada, bakery, shop, "ensuite", first=7, last=9)
        with pytest.raises(InvalidParameter, match="une à la fois"):
            change_said(account=ada, said=following, told=offer(shop, first=5, last=9))

    @pytest.mark.parametrize(
        ("first", "last", "field"), [(0, 31, "last"), (-1, 3, "first"), (3, 2, "last"), (61, 62, "first")]
    )
    def test_days_that_cannot_be(self, ada, bakery, shop, first, last, field):
        with pytest.raises(InvalidParameter) as refused:
            offers(ada, bakery, shop, first=first, last=last)
        assert refused.value.parameter == field

    def test_days_that_are_missing(self, ada, bakery, shop):
        for field in ("first", "last"):
            words = replace(offer(shop), **{field: None})
            with pytest.raises(InvalidParameter) as refused:
                say_for(account=ada, organisation=bakery, kind=Kind.PROMOTION, told=words)
            assert refused.value.parameter == field

    def test_it_begins_and_ends_by_itself(self, ada, bakery, shop):
        made = offers(ada, bakery, shop, first=2, last=2)
        assert not titles_for(ANONYMOUS)
        assert made.closes_at - made.opens_at == timedelta(days=1)
        now = timezone.now()
        Promotion.objects.update(opens_at=now - timedelta(days=2), closes_at=now - timedelta(minutes=1))
        assert not titles_for(ANONYMOUS) and not said_by(ada, bakery, Kind.PROMOTION)

    def test_what_has_begun_keeps_its_first_day(self, ada, bakery, shop):
        made = offers(ada, bakery, shop)
        with pytest.raises(InvalidParameter, match="premier jour"):
            change_said(account=ada, said=made, told=offer(shop, first=1))
        changed = change_said(account=ada, said=made, told=offer(shop, "Deux pour une", last=3, to="town"))
        assert (changed.title, changed.level, changed.openness) == ("Deux pour une", Level.MUNICIPALITY, "members")
        assert SearchEntry.objects.get(listing=made).title == "Deux pour une"


class TestWhereItIsRead:
    def test_in_the_pile_among_words_and_by_its_sign(self, village, ada, bakery, shop, hall):
        reader = neighbour("Rémi", village.residences["A"])
        say(reader, Level.NEIGHBOURHOOD, "un mot")
        news(ada, hall, title="ouest", to="quarter", quarter=village.west)
        offers(ada, bakery, shop, "rayon", to="200m")
        with looking(reader) as viewer:
            pile = shown_together(feed(viewer, viewer.home, level=Level.NEIGHBOURHOOD).said, viewer)
        assert [(one.title, one.author) for one in pile] == [
            ("rayon", "Le Fournil"),
            ("ouest", "Mairie d’Enfilade"),
            ("un mot", pile[2].author),
        ]
        assert pile[0].facts[0] == "Offre d’un commerçant" and pile[0].facts[1].startswith("jusqu’au")
        assert "Jean" not in str(pile), "the name of a merchant is a person's"

    def test_a_merchant_who_lives_here_gains_nothing(self, village, ada, bakery, shop):
        at_home = neighbour("Rose", village.residences["E"])
        Acting.objects.create(account=at_home.account, organisation=bakery, role="responsible")
        made = offers(at_home.account, bakery, shop, "rayon", to="200m")
        assert (made.author, made.cell, made.neighbourhood) == (None, None, None)
        assert made.location == shop.location, "it goes out from the shop"
        assert not titles_for(at_home), "who lives outside of the circle does not see more of it as a neighbour"
        with pytest.raises(InvalidParameter, match="une à la fois"):
            offers(ada, bakery, shop, "une de plus")

    def test_an_offer_is_sent_to_nobody_who_did_not_ask_for_offers(self, village, ada, bakery, shop):
        reader = neighbour("Rémi", village.residences["A"])
        since = timezone.now() - timedelta(hours=1)
        offers(ada, bakery, shop)
        until = timezone.now() + timedelta(hours=1)
        place = {"municipality": village.town, "towns": [village.town.pk], "told_from": since, "told_until": until}
        how = {"rhythm": "daily", "hour": 18, "time_zone": "Europe/Paris", "means": "mail", "due_at": until}
        all_kinds = Follow.objects.create(account=reader.account, **place, **how)
        asked = Follow.objects.create(account=reader.account, kinds=[Kind.PROMOTION], **place, **how)
        new = news_of([all_kinds, asked], {reader.account_id: viewer_of(reader.account_id)})
        assert Kind.PROMOTION not in [one.kind for one in new.get(all_kinds.pk, [])]
        assert [one.kind for one in new[asked.pk]] == [Kind.PROMOTION]
        assert not mail.outbox and not OutgoingMail.objects.filter(template="digest").exists()

    def test_an_offer_with_a_shape_is_everyones_and_comes_to_those_in_it(self, village, ada, bakery, shop):
        """Seen by all, addressed to whole cells: in the pile and by letter where the cell's point lies in the shape."""
        near, far = neighbour("Rémi", village.residences["A"]), neighbour("Elsa", village.residences["E"])
        since = timezone.now() - timedelta(hours=1)
        offers(ada, bakery, shop, "forme", to="shape", shape=radius_around(shop.location, D(m=200)))
        until = timezone.now() + timedelta(hours=1)
        assert titles_for(ANONYMOUS) == titles_for(near) == titles_for(far) == {"forme"}
        how = {"rhythm": "daily", "hour": 18, "time_zone": "Europe/Paris", "means": "mail", "due_at": until}
        how |= {"towns": [village.town.pk], "told_from": since, "told_until": until, "level": Level.MUNICIPALITY}
        piles, letters = [], []
        for someone in (near, far):
            with looking(someone) as viewer:
                piles.append([(one.title, one.why) for one in feed(viewer, viewer.home, level=Level.MUNICIPALITY).said])
            account = someone.account
            follow = Follow.objects.create(account=account, alias=someone.alias, kinds=[Kind.PROMOTION], **how)
            new = news_of([follow], {account.pk: viewer_of(account.pk)})
            letters.append([one.title for one in new.get(follow.pk, [])])
        assert piles == [[("forme", "catchment")], []]
        assert letters == [["forme"], []]

    def test_a_shape_has_to_be_told(self, ada, bakery, shop):
        for to in ("shape", "kept"):
            with pytest.raises(InvalidParameter) as refused:
                offers(ada, bakery, shop, to=to)
            assert refused.value.parameter == "to"

    def test_it_is_on_the_page_that_it_speaks_from_until_that_is_given_up(self, ada, bakery, shop):
        made = offers(ada, bakery, shop)
        assert list(told_from(shop, ANONYMOUS)) == [Listing.objects.get(pk=made.pk)]
        give_up(account=ada, claim=Claim.objects.get())
        assert not told_from(shop, ANONYMOUS) and not titles_for(ANONYMOUS)


def test_a_photo_is_drawn_anew_and_one_at_a_time(ada, hall, bakery, shop):
    made = news(ada, hall, photos=[picture()])
    change_said(account=ada, said=made, told=told(title="Autre", photos=[picture(size=(64, 64))]))
    assert ListingPhoto.objects.get().width == 64
    with pytest.raises(InvalidParameter, match="photo"):
        news(ada, hall, title="deux", photos=[picture(), picture()])
    with pytest.raises(InvalidParameter):
        news(ada, hall, title="rien", photos=[b"GIF89a"])
    assert News.objects.count() == 1


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"title": " \u200b"}, "title"),
        ({"title": "x" * 10_000_000}, "title"),
        ({"text": "\x00"}, "text"),
        ({"website": "javascript:alert(1)"}, "website"),
    ],
)
def test_bad_words_name_their_field_and_write_nothing(ada, hall, columns, field):
    with pytest.raises(InvalidParameter) as refused:
        news(ada, hall, **columns)
    assert refused.value.parameter == field and not Listing.objects.exists()


def test_what_is_not_seen_is_left_out(ada, hall, bakery, shop):
    made = news(ada, hall, title="a\u202eb\x00c", website="www.example.org")
    assert (made.title, made.website) == ("abc", "https://www.example.org")
    assert offers(ada, bakery, shop, conditions=" une  par\u200b personne ").conditions == "une par personne"


def test_only_who_acts_changes_it(ada, hall):
    made = news(ada, hall)
    zoe = person("Zoé")
    with pytest.raises(NotFound):
        take_said_back(account=zoe, said=made)
    with pytest.raises(NotFound):
        own_said(zoe, hall, Kind.NEWS, made.public_id)
    with pytest.raises(Refused):
        change_said(account=zoe, said=made, told=told())
    take_said_back(account=ada, said=made)
    assert not titles_for(ANONYMOUS) and not SearchEntry.objects.filter(listing=made).exists()


def test_what_is_hidden_is_told_to_its_sender_who_may_contest(ada, hall):
    made = news(ada, hall)
    report(viewer=ANONYMOUS, public_id=made.public_id, reason="wrong")
    case = Case.objects.get()
    assert case.organisation == hall
    decide(viewer=viewer_of(person("Sam", is_staff=True).pk), case=case, deed="hide", **WHY)
    assert not titles_for(ANONYMOUS)
    assert OutgoingMail.objects.filter(to=ada.email, template="notice_decision").count() == 1
    assert appeal(viewer=viewer_of(ada.pk), case=case.public_id, words="C’est exact.").decision.case == case


def test_who_wrote_it_is_exported_and_forgotten(ada, hall):
    made = news(ada, hall)
    assert "Du nouveau" in exporting.as_json(ada)
    erasing.erase(account=ada)
    made.refresh_from_db()
    assert made.written_by is None and made.withdrawn_at is None
