"""A block in silence, and who may write: what the muted may see does not change by a byte."""

from uuid import uuid4

import pytest
from django.core.cache import cache

from geo.errors import InvalidParameter, NotFound
from scopes.models import Alias, Level, Mute, Openness
from scopes.muting import MOST_MUTED, mute
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from scopes.writing_to import choose_who_writes, may_write
from tests.directory.around import LATITUDE, LONGITUDE
from tests.directory.browsing import browser, said
from tests.directory.moderation import CANARY, make_disorder
from tests.neighbours import asker, neighbour, person

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]
AROUND = {"lat": LATITUDE, "lon": LONGITUDE, "within": "municipality"}
CIRCLES = (Level.RESIDENCE, Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY)


@pytest.fixture
def disorder(village):
    cache.clear()
    return make_disorder(village)


def pages(posts) -> list[tuple[str, dict]]:
    """Wherever someone reads or is read."""
    places = [(address, {}) for address in ("/immeuble/", "/quartier/", "/ville/", "/moi/discretion/", "/publier/")]
    searches = [("/", AROUND), ("/api/nearby/", AROUND), ("/api/listings/", {}), ("/imprimer/", AROUND)]
    return places + searches + [(f"/mot/{post.public_id}/", {}) for post in posts]


def read(who, posts) -> list[bytes]:
    client = browser(who)
    return [said(client.get(address, query)) for address, query in pages(posts)]


class TestMuting:
    @pytest.fixture
    def posts(self, disorder):
        """Words of both to each circle, each answered by the other."""
        posts = [disorder.post(level=level, title=f"{CANARY} {level}") for level in CIRCLES]
        own = {"author": disorder.reader, "description": "Je lis."}
        posts += [disorder.post(level=level, title=f"Réponds {level}", **own) for level in CIRCLES]
        for post in posts[:4]:
            disorder.answer(post, disorder.reader, text="J’ai lu.")
        for post in posts[4:]:
            disorder.answer(post, disorder.author)
        return posts

    def test_the_muted_never_learn_of_it(self, disorder, posts):
        muted, others = disorder.author, (disorder.second, neighbour("Elsa", disorder.village.residences["E"]))
        some = [posts[0], posts[7]]  # to others, one of the muted at home, and one of who mutes to the town

        def told() -> list[list[bytes]]:
            return [read(muted, posts), *(read(who, some) for who in others)]

        before = told()
        browser(disorder.reader).post(f"/discretion/{posts[0].public_id}/")
        assert Mute.objects.get().muted == disorder.author.alias
        assert told() == before

    def test_nothing_of_the_muted_is_read_anywhere_until_they_are_read_again(self, disorder, posts):
        before = read(disorder.reader, posts)
        assert CANARY.encode() in b"".join(before)
        client = browser(disorder.reader)
        client.post(f"/discretion/{posts[0].public_id}/")
        for page, (address, _query) in zip(read(disorder.reader, posts), pages(posts), strict=True):
            assert CANARY.encode() not in page, address
        assert [client.get(f"/mot/{post.public_id}/").status_code for post in posts] == [404] * 4 + [200] * 4
        listed = client.get("/moi/discretion/", follow=True).text
        assert "Armelle D." in listed
        client.post(f"/moi/discretion/{disorder.author.alias.public_id}/relire/")
        assert not Mute.objects.exists() and read(disorder.reader, posts) == before

    def test_an_answer_is_enough(self, disorder, posts):
        answer = posts[4].answers.model.objects.filter(listing=posts[7]).get()
        browser(disorder.reader).post(f"/discretion/{answer.public_id}/")
        assert Mute.objects.get().muted == disorder.author.alias

    def test_whatever_is_asked_the_words_are_the_same(self, disorder, posts):
        hidden = neighbour("Elsa", disorder.village.residences["E"])
        told = set()
        for public_id in (posts[0].public_id, posts[4].public_id, uuid4(), hidden.alias.public_id):
            client = browser(hidden)
            answer = client.post(f"/discretion/{public_id}/")
            told.add((said(answer), said(client.get("/moi/discretion/"))))
        assert len(told) == 1 and not Mute.objects.exists()

    def test_who_reads_words_opened_without_a_name_mutes_nobody(self, disorder):
        """Else the other words of the same nameless person would be told by their silence."""
        post = disorder.post(level=Level.NEIGHBOURHOOD, openness=Openness.PUBLIC)
        stranger = neighbour("Elsa", disorder.village.residences["E"])
        assert browser(stranger).get(f"/mot/{post.public_id}/").status_code == 200
        browser(stranger).post(f"/discretion/{post.public_id}/")
        assert not Mute.objects.exists()

    def test_muting_one_home_says_nothing_of_another(self, disorder):
        """A person of two homes is two aliases: those who mute one must not see the other fall silent."""
        other = neighbour("Armelle", disorder.village.residences["E"], account=disorder.author.account)
        here, there = disorder.post(level=Level.MUNICIPALITY), disorder.post(level=Level.MUNICIPALITY, author=other)
        client = browser(disorder.reader)
        client.post(f"/discretion/{here.public_id}/")
        assert [client.get(f"/mot/{post.public_id}/").status_code for post in (here, there)] == [404, 200]

    def test_nobody_mutes_themselves_nor_twice_nor_without_end(self, disorder):
        viewer = viewer_of(disorder.reader.account_id)
        with pytest.raises(InvalidParameter):
            mute(viewer=viewer, alias=disorder.reader.alias)
        assert mute(viewer=viewer, alias=disorder.author.alias) == mute(viewer=viewer, alias=disorder.author.alias)
        cell = disorder.author.alias.cell
        many = Alias.objects.bulk_create([Alias(cell=cell) for _ in range(MOST_MUTED)])
        Mute.objects.bulk_create([Mute(account=disorder.reader.account, muted=alias) for alias in many[1:]])
        with pytest.raises(InvalidParameter):
            mute(viewer=viewer, alias=many[0])

    def test_a_passer_by_is_asked_who_they_are(self, disorder):
        post = disorder.post(level=Level.MUNICIPALITY, openness=Openness.PUBLIC)
        for address in (f"/discretion/{post.public_id}/", f"/moi/discretion/{uuid4()}/relire/"):
            assert browser(None).post(address).status_code == 302
            assert browser(disorder.reader).get(address).status_code == 405
        assert browser(None).get("/moi/discretion/").status_code == 302


class TestWhoWrites:
    @pytest.fixture
    def people(self, disorder):
        """Someone of each residence, by its letter; A is the author's."""
        homes = disorder.village.residences
        return {name: neighbour(f"De {name}", homes[name]) for name in ("A", "B", "C", "D", "E", "house")}

    @pytest.mark.parametrize(
        ("level", "may"),
        [
            ("", ""),
            (Level.RESIDENCE, "A"),
            (Level.NEIGHBOURHOOD, "ABCD"),
            (Level.MUNICIPALITY, ["A", "B", "C", "D", "E", "house"]),
        ],
    )
    def test_the_circle_that_was_chosen_and_no_other(self, disorder, people, level, may):
        author = viewer_of(disorder.author.account_id)
        alias = choose_who_writes(viewer=author, public_id=disorder.author.alias.public_id, level=level)
        assert {name for name, who in people.items() if may_write(viewer_of(who.account_id), alias)} == set(may)
        for nobody in (ANONYMOUS, author, viewer_of(person("Nouveau").pk)):
            assert not may_write(nobody, alias)
        assert not may_write(viewer_of(asker("Bob", disorder.village.residences["A"]).account_id), alias)
        co_owner = neighbour("Bailleur", disorder.village.residences["A"], role="absent_owner")
        assert may_write(viewer_of(co_owner.account_id), alias) is (level not in ("", Level.RESIDENCE))

    def test_where_a_town_has_no_quarters_it_is_the_voisinage(self, disorder, people):
        disorder.village.town.circle_kind = ""
        disorder.village.town.save()
        author = viewer_of(disorder.author.account_id)
        own = disorder.author.alias.public_id
        alias = choose_who_writes(viewer=author, public_id=own, level=Level.NEIGHBOURHOOD)
        assert {name for name, who in people.items() if may_write(viewer_of(who.account_id), alias)} == set("ABC")

    def test_nobody_writes_to_who_has_left(self, disorder, people):
        disorder.author.ended_at = disorder.author.entered_at
        disorder.author.save()
        assert not may_write(viewer_of(people["A"].account_id), disorder.author.alias)

    def test_the_muted_do_not_learn_of_it_here_either(self, disorder):
        author = viewer_of(disorder.author.account_id)
        mute(viewer=author, alias=disorder.reader.alias)
        assert may_write(viewer_of(disorder.reader.account_id), disorder.author.alias)

    def test_it_is_chosen_on_the_page_for_ones_own_homes_alone(self, disorder):
        client, own = browser(disorder.author), disorder.author.alias
        client.post(f"/moi/discretion/{own.public_id}/ecrire/", {"level": "residence"})
        own.refresh_from_db()
        assert own.written_by == Level.RESIDENCE
        for public_id in (disorder.reader.alias.public_id, uuid4()):
            assert client.post(f"/moi/discretion/{public_id}/ecrire/", {"level": ""}).status_code == 404
        for level in ("catchment", "voisinage", "all"):
            assert client.post(f"/moi/discretion/{own.public_id}/ecrire/", {"level": level}).status_code == 400
        own.refresh_from_db()
        assert own.written_by == Level.RESIDENCE
        with pytest.raises(NotFound):
            choose_who_writes(viewer=ANONYMOUS, public_id=own.public_id, level="")
