"""The operators' API: a program tries out, sends, asks where it stands, takes back, says that it is over."""

import json
import logging
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.displaying import put_up, sheets_of
from directory.models import KeptAnswer, Mailing
from directory.notifying import approve
from directory.operators.reasons import REASONS, reason_of
from scopes.models import Acting, ApiKey
from scopes.organisations import keys
from scopes.organisations.keys import revoke_key
from scopes.organisations.mandating import end
from tests.directory.browsing import browser
from tests.directory.keyed import NOTICES, Program, asked, operator, problem_of, program, program_on, rnb_id
from tests.directory.mandated import send, tomorrow, water_cut
from tests.directory.test_notifying import SOON, read_by
from tests.neighbours import neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def next_door(home):
    return building(2, 2)


@pytest.fixture
def water(home, next_door) -> Program:
    return program_on(home, next_door)


def to(*residences) -> dict:
    return {"residences": [one.key for one in residences]}


def address(answer, deed: str = "") -> str:
    return f"{NOTICES}{json.loads(answer.content)['id']}/{deed}"


class TestSending:
    def test_residents_read_it_two_minutes_later(self, water, home, next_door):
        ana, zoe = neighbour("Ana", home), neighbour("Zoé", next_door)
        answer = water.send(to(home))
        told = answer.json()
        assert answer.status_code == 201 and answer["Location"] == told["url"] == address(answer)
        assert (told["state"], told["reason"], told["residences"]) == ("sending", "water_cut", 1)
        assert told["homes"] == home.dwellings and told["posters"]["put_up"] == 0
        assert len(read_by(ana)) == 1 and read_by(zoe) == []
        mailing = Mailing.objects.get()
        assert mailing.api_key == water.key and mailing.written_by == water.key.made_by

    def test_where_it_stands_follows_the_clock(self, water, home):
        sent = water.send(to(home))
        assert water.get(address(sent)).json() == sent.json()
        with later(SOON):
            assert water.get(address(sent)).json()["state"] == "sent"
        assert [one["id"] for one in water.get().json()["notices"]] == [sent.json()["id"]]

    def test_the_desk_says_by_which_key(self, water, home):
        water.send(to(home))
        said = browser(water.key.made_by, two_factors=True).get("/avis/").content.decode()
        assert f"par la clé « {water.key.name} »" in said
        write = send(water.key.made_by, water.key.organisation.mandates.get(), [home])
        assert write.api_key is None

    def test_sheets_put_up_are_counted(self, water, home):
        sent = water.send(to(home))
        with sheets_of(Mailing.objects.get()) as sheets:
            handles = [sheet.handle for sheet in sheets]
        with later(SOON):
            put_up(account=water.key.made_by, handle=handles[0])
            assert water.get(address(sent)).json()["posters"] == {
                "entrances": len(handles),
                "put_up": 1,
                "taken_down": 0,
            }

    def test_it_is_taken_back_before_anyone_reads_it(self, water, home):
        ana, sent = neighbour("Ana", home), water.send(to(home))
        taken = water.post(address(sent, "take-back/"))
        assert taken.status_code == 200 and taken.json()["state"] == "withdrawn"
        assert water.post(address(sent, "take-back/")).content == taken.content
        assert read_by(ana) == []

    def test_not_once_they_read_it(self, water, home):
        ana, sent = neighbour("Ana", home), water.send(to(home))
        with later(SOON):
            assert problem_of(water.post(address(sent, "take-back/")))["status"] == 409
        assert len(read_by(ana)) == 1

    def test_the_same_homes_learn_that_it_is_over_once(self, water, home, next_door):
        ana, zoe, sent = neighbour("Ana", home), neighbour("Zoé", next_door), water.send(to(home))
        with later(SOON):
            first = water.post(address(sent, "all-clear/"))
            assert first.status_code == 200 and first.json()["state"] == "restored"
            assert water.post(address(sent, "all-clear/"), {}).content == first.content
            over = water.get(f"{NOTICES}{first.json()['all_clear']['id']}/").json()
        assert over["all_clear_of"] == sent.json()["id"] and over["residences"] == 1
        assert [mailing.api_key for mailing in Mailing.objects.all()] == [water.key] * 2
        (title,) = read_by(ana)
        assert "rétabli" in title and read_by(zoe) == []

    def test_nothing_is_over_before_anyone_could_read_it(self, water, home):
        sent = water.send(to(home))
        assert problem_of(water.post(address(sent, "all-clear/")))["status"] == 403
        assert Mailing.objects.count() == 1

    def test_nothing_is_restored_after_works_or_what_was_taken_back(self, water, home):
        day = tomorrow(9)[:10]
        works = water.send(to(home), reason="works", fields={"what": "Façade", "start": day, "end": day})
        assert problem_of(water.post(address(works, "all-clear/")))["status"] == 403
        gone = water.send(to(home))
        water.post(address(gone, "take-back/"))
        assert problem_of(water.post(address(gone, "all-clear/")))["status"] == 403

    def test_what_the_page_sent_is_listed_too(self, water, home):
        mandate = water.key.organisation.mandates.get()
        send(water.key.made_by, mandate, [home])
        (told,) = water.get().json()["notices"]
        assert told["reason"] == "water_cut" and told["mandate"] == str(mandate.handle)

    def test_pages_lead_through_everything_once(self, water, home):
        sent = [water.send(to(home)).json()["id"] for _ in range(5)]
        Mailing.objects.update(written_at=timezone.now())  # all of them in one moment
        seen, address = [], f"{NOTICES}?limit=2"
        while address:
            page = water.get(address).json()
            seen += [one["id"] for one in page["notices"]]
            address = page["next"]
        assert seen == sent[::-1]

    def test_a_long_page_asks_the_database_no_more_than_a_short_one(self, water, home, next_door):
        water.send(to(home))
        with CaptureQueriesContext(connection) as short:
            water.get()
        for _ in range(5):
            water.send(to(home, next_door))
        with CaptureQueriesContext(connection) as long:
            assert [one["residences"] for one in water.get().json()["notices"]] == [2, 2, 2, 2, 2, 1]
        assert len(long) == len(short)

    @pytest.mark.parametrize("query", [{"limit": "0"}, {"cursor": "x"}, {"cursor": str(uuid4())}, {"colour": "red"}])
    def test_a_query_that_is_wrong_is_named(self, water, query):
        assert problem_of(water.get(NOTICES, query))["parameter"] == next(iter(query))

    def test_every_reason_can_be_tried_and_is_known_again(self, water, home):
        for told in water.get(f"{NOTICES}reasons/").json()["reasons"]:
            fields = {}
            for one in told["fields"]:
                moment = tomorrow(12 if one["name"] == "end" else 9)
                choices = [choice["code"] for choice in one.get("choices", ())]
                value = {"date": moment[:10], "date-time": moment}.get(one.get("format"), (choices or ["Ici"])[0])
                fields |= {one["name"]: value} if one["required"] or one["name"] == "end" else {}
            answer = water.tries(to(home), reason=told["code"], fields=fields)
            assert answer.status_code == 200, answer.content
            reason = REASONS[told["code"]]
            mailing = Mailing(template=reason.template.code, fields={**fields, **reason.preset})
            assert reason_of(mailing) == told["code"]
            assert told["title"]["fr"] and told["title"]["en"]

    def test_a_few_a_day_at_most(self, water, home, monkeypatch):
        monkeypatch.setattr("directory.notifying.MOST_A_DAY", 2)
        assert [water.send(to(home)).status_code for _ in range(2)] == [201, 201]
        answer = water.send(to(home), name="the-last")
        assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 24 * 3600
        with later(timedelta(days=1, minutes=1)):
            assert water.send(to(home), name="the-last").status_code == 201, "what passes is not kept"


class TestWrong:
    @pytest.mark.parametrize(
        ("parameter", "members"),
        [
            ("/reason", {"reason": "party"}),
            ("/reason", {"reason": "meeting"}),
            ("/reason", {"reason": ["water_cut"]}),
            ("/fields", {"fields": []}),
            ("/fields/start", {"fields": {}}),
            ("/fields/start", {"fields": {"start": 12}}),
            ("/fields/end", {"fields": {"start": tomorrow(12), "end": tomorrow(9)}}),
            ("/fields/colour", {"fields": {**water_cut(), "colour": "red"}}),
            ("/fields/detail", {"fields": water_cut(detail="x" * 301)}),
            ("/fields/service", {"reason": "gas_outage", "fields": {"start": tomorrow(9), "service": "gas"}}),
            ("/urgent", {"urgent": "yes"}),
            ("/urgent", {"reason": "works", "fields": {"what": "x", "start": "2026", "end": ""}, "urgent": 1}),
            ("/mandate", {"mandate": "mine"}),
            ("/mandate", {"mandate": str(uuid4())}),
            ("/dry_run", {"dry_run": 1}),
            ("/colour", {"colour": "red"}),
            ("/a~1b~0c", {"a/b~c": 1}),
            ("/audience", {"audience": {}}),
            ("/audience", {"audience": []}),
            ("/audience", {"audience": {"residences": ["x"], "rnb_ids": ["x"]}}),
            ("/audience/everyone", {"audience": {"everyone": True}}),
            ("/audience/residences", {"audience": {"residences": []}}),
            ("/audience/residences/1", {"audience": {"residences": ["a", 2]}}),
            ("/audience/rnb_ids/0", {"audience": {"rnb_ids": ["a\x00"]}}),
            ("/audience/rnb_ids/0", {"audience": {"rnb_ids": ["\ud800"]}}),
            ("/audience/ban_ids", {"audience": {"ban_ids": ["x"] * 10_001}}),
            ("/audience/ban_ids", {"audience": {"ban_ids": "77998"}}),
        ],
    )
    def test_what_is_wrong_is_pointed_at_and_nothing_is_sent(self, water, home, parameter, members):
        answer = water.post(NOTICES, asked(to(home)) | members)
        assert problem_of(answer)["parameter"] == parameter and answer.status_code == 400
        assert not Mailing.objects.exists()

    @pytest.mark.parametrize(
        "body", [b" ", b"{", b"[]", b"null", b"\xff", b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 100_000, b"9" * 9_999]
    )
    def test_what_is_no_object_of_json_is_refused(self, water, body):
        assert problem_of(water.post(NOTICES, body))["status"] == 400

    def test_a_body_has_a_most_and_is_json(self, water, home):
        assert problem_of(water.post(NOTICES, b" " * 1_000_001))["status"] == 413
        form = water.client.post(NOTICES, {"reason": "x"}, headers={**water.headers, "Idempotency-Key": "x"})
        assert problem_of(form)["status"] == 415

    @pytest.mark.parametrize("name", ["", " ", "é", "a b", "x" * 256])
    def test_a_request_has_a_name(self, water, home, name):
        answer = water.post(NOTICES, asked(to(home)), **{"Idempotency-Key": name})
        assert problem_of(answer)["parameter"] == "Idempotency-Key"

    def test_ids_outside_the_mandate_refuse_all(self, water, home):
        far = building(1, 1)
        answer = water.send({"residences": [home.key, far.key, "bdtopo:nowhere"]})
        told = problem_of(answer)
        assert (answer.status_code, told["parameter"]) == (400, "/audience/residences")
        assert (told["outside"], told["unknown"]) == ([far.key], ["bdtopo:nowhere"])
        assert not Mailing.objects.exists()

    def test_a_body_where_none_is_expected_is_refused(self, water, home):
        sent = water.send(to(home))
        assert problem_of(water.post(address(sent, "take-back/"), {"why": "x"}))["status"] == 400
        assert Mailing.objects.get().withdrawn_at is None

    def test_methods_that_are_not_there(self, water, home):
        for method in ("put", "patch", "delete", "options"):
            answer = getattr(water.client, method)(NOTICES, headers=water.headers)
            assert answer.status_code == 405 and "Access-Control-Allow-Origin" not in answer
            assert "GET" in answer["Allow"]

    def test_an_error_of_ours_leaves_no_body_in_the_log_and_nothing_kept(self, water, home, caplog):
        water.client.raise_request_exception = False
        with caplog.at_level(logging.DEBUG), patch("directory.operators.sending.notify", side_effect=OSError("x")):
            answer = water.send(to(home), fields=water_cut(detail="Mot-canari"))
        assert answer.status_code == 500 and "canari" not in caplog.text.lower()
        assert water.text not in caplog.text and not KeptAnswer.objects.exists()


class TestUrgent:
    def test_who_made_the_key_confirmed_it(self, home):
        water = program_on(home, urgent_word="URGENT")
        answer = water.send(to(home), urgent=True)
        assert answer.status_code == 201 and answer.json()["urgent"] and answer.json()["state"] == "sending"

    def test_or_nothing_is_sent(self, water, home):
        for members in ({}, {"dry_run": True}):
            assert problem_of(water.send(to(home), urgent=True, **members))["status"] == 403
        assert not Mailing.objects.exists()

    @pytest.mark.parametrize("word", ["", "URGENT"])
    def test_where_there_are_two_the_other_reads_it_first(self, home, word):
        water = program_on(home, urgent_word=word)
        lou, ana = person("Lou"), neighbour("Ana", home)
        Acting.objects.create(account=lou, organisation=water.key.organisation, role=Acting.Role.WRITER)
        assert water.tries(to(home), urgent=True).json()["waits_for_approval"]
        sent = water.send(to(home), urgent=True)
        assert sent.json()["state"] == "waiting_for_approval" and sent.json()["readable_from"] is None
        assert read_by(ana) == []
        desk = browser(lou, two_factors=True)
        assert "J’ai relu" in desk.get("/avis/").content.decode()
        approve(account=lou, mailing=Mailing.objects.get())
        assert water.get(address(sent)).json()["state"] == "sending" and len(read_by(ana)) == 1

    def test_works_are_never_urgent(self, home):
        water = program_on(home, urgent_word="URGENT")
        day = tomorrow(9)[:10]
        answer = water.send(to(home), reason="works", fields={"what": "x", "start": day, "end": day}, urgent=True)
        assert problem_of(answer)["parameter"] == "/urgent"


@pytest.mark.privacy
class TestKeys:
    def test_all_that_opens_nothing_answers_alike(self, water, home):
        sent = water.send(to(home))
        gone = program(water.key.made_by, water.key.organisation)
        revoke_key(account=gone.key.made_by, key=gone.key)
        old = program(water.key.made_by, water.key.organisation)
        ApiKey.objects.filter(pk=old.key.pk).update(expires_at=timezone.now())
        texts = ("", "x", gone.text, old.text, water.text[:-1], water.text.upper())
        for where in (NOTICES, f"{NOTICES}reasons/", address(sent)):
            answers = [Program(text).get(where) for text in texts]
            answers += [Client().get(where), Client().get(where, headers={"Authorization": f"Basic {water.text}"})]
            assert {(one.status_code, one.content) for one in answers} == {(401, answers[0].content)}
            assert all(one["WWW-Authenticate"].startswith("Bearer") for one in answers)
        assert problem_of(Program(gone.text).send(to(home)))["status"] == 401

    def test_a_session_opens_nothing_and_changes_nothing(self, water, home):
        signed_in = browser(water.key.made_by, two_factors=True)
        assert signed_in.get(NOTICES).status_code == 401
        plain = water.get(NOTICES)
        with_session = Program(water.text, client=signed_in).get(NOTICES)
        assert plain.content == with_session.content and not with_session.cookies
        assert {plain["Cache-Control"], with_session["Cache-Control"]} == {"private, no-store"}

    def test_no_token_of_a_form_is_asked(self, home):
        water = program_on(home)
        water.client = Client(enforce_csrf_checks=True)
        assert water.send(to(home)).status_code == 201

    def test_another_organisations_notice_is_like_none(self, water, home):
        sent = water.send(to(home))
        account, own = operator("Otto", name="Gaz de Villegrille", siret="44306184100047")
        in_force(account, [home], own)
        gas = program(account, own)
        for deed in ("", "take-back/", "all-clear/"):
            asking = gas.post if deed else gas.get
            answers = [asking(f"{NOTICES}{one}/{deed}") for one in (sent.json()["id"], uuid4())]
            assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
        assert gas.get().json() == {"next": None, "notices": []}
        theirs = str(water.key.organisation.mandates.get().handle)
        refused = [gas.send(to(home), mandate=one).content for one in (theirs, str(uuid4()))]
        assert refused[0] == refused[1]
        assert gas.get(NOTICES, {"cursor": sent.json()["id"]}).status_code == 400
        assert Mailing.objects.get().withdrawn_at is None

    def test_it_asks_a_few_times_a_minute(self, water, monkeypatch):
        monkeypatch.setattr(keys, "MOST_A_MINUTE", 2)
        with later(timedelta()):
            assert [water.get().status_code for _ in range(3)] == [200, 200, 429]
            answer = water.get()
        assert 1 <= int(answer["Retry-After"]) <= 60 and problem_of(answer)

    def test_it_is_over_with_the_mandate_and_with_the_role(self, water, home):
        sent = water.send(to(home))
        mandate = water.key.organisation.mandates.get()
        end(by=water.key.made_by, mandate=mandate)
        assert problem_of(water.send(to(home)))["status"] == 403
        assert problem_of(water.tries(to(home)))["status"] == 403
        with later(SOON):
            assert problem_of(water.post(address(sent, "all-clear/")))["status"] == 403
        assert water.get(address(sent)).status_code == 200, "where it stands can still be asked"
        Acting.objects.filter(account=water.key.made_by).update(ended_at=timezone.now())
        assert water.get().status_code == 401

    def test_nothing_shows_whether_anyone_lives_there(self, water, home, next_door):
        bodies = [asked(to(home), dry_run=True), asked({"rnb_ids": [rnb_id(home)]}, dry_run=True)]
        sent = water.send(to(home))

        def everything() -> list[bytes]:
            seen = [water.post(NOTICES, body).content for body in bodies]
            return [
                *seen,
                water.get().content,
                water.get(address(sent)).content,
                water.get(f"{NOTICES}reasons/").content,
            ]

        with later(SOON):
            before = everything()
            for name in ("Canari", "Béa"):
                browser(neighbour(name, home)).get("/immeuble/")
            assert everything() == before
            after = water.post(address(sent, "all-clear/")).content
        assert b"Canari" not in after

    def test_only_a_few_columns_are_ever_told(self, water, home):
        told = water.send(to(home)).json()
        assert not {"written_by", "author", "readers", "read", "connected"} & set(told)
        assert "Odile" not in json.dumps(told)
