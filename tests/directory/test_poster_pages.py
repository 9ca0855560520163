"""The public poster maker: without account nor script, nothing lost by a mistake, nothing kept, and no flood."""

import pypdfium2
import pytest
import zxingcpp
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.models import Listing
from directory.notice_templates import TEMPLATES
from directory.poster_form import MOST_ENTRANCES
from tests.directory.test_notice_poster import words_of

pytestmark = pytest.mark.django_db
SENDER = {"entrances": "12 rue des Bleuets\nEscalier C", "sender": "Cabinet Durand & fils", "contact": "02 40 00 00 00"}


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


def hours_away(hours: int) -> str:
    return f"{timezone.localtime() + timezone.timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def days_away(days: int) -> str:
    return hours_away(24 * days)[:10]


def filled(code: str = "water_cut", **changed) -> dict[str, str]:
    """A form that is right, today."""
    since = {"start": hours_away(-1)}
    of_its_own = {
        "water_cut": {"start": hours_away(48), "end": hours_away(51)},
        "outage": {"service": "gas", **since},
        "lift": {"which": "escalier B", **since},
        "works": {"what": "ravalement", "start": days_away(10), "end": days_away(20)},
        "collection": {"what": "bulky", "when": hours_away(48)},
        "meeting": {"when": hours_away(24 * 30), "where": "salle Jean-Moulin"},
        "decisions": {"held_on": days_away(-10), "decisions": "Le hall sera repeint."},
        "safety": {"hazard": "flood", "todo": "Montez dans les étages.", **since},
    }
    return of_its_own[code] | SENDER | changed


def make(code: str = "water_cut", deed: str = "see", client: Client | None = None, **changed):
    return (client or Client()).post(f"/affiche/{code}/", filled(code, **changed) | {deed: ""})


def test_every_template_is_offered_with_its_sign(client):
    page = client.get("/affiche/").text
    for code, template in TEMPLATES.items():
        assert (
            f'href="/affiche/{code}/"' in page and f"maki/{template.pictogram}" in page and str(template.title) in page
        )


@pytest.mark.parametrize("code", TEMPLATES)
def test_a_form_of_its_own_then_a_preview_then_a_pdf(code):
    empty = Client().get(f"/affiche/{code}/")
    assert empty.status_code == 200 and "a4-empty" in empty.text and "field-error" not in empty.text
    for field in TEMPLATES[code].fields:
        assert all(f'name="{name}"' in empty.text for name in field.parameters)
    seen = make(code)
    assert seen.status_code == 200 and "Cabinet Durand &amp; fils</strong>" in seen.text
    assert "2 affiches, une par entrée." in seen.text
    printed = make(code, "print")
    assert printed["Content-Type"] == "application/pdf" and printed["Cache-Control"].endswith("private")
    pages = [words_of(page) for page in pypdfium2.PdfDocument(printed.content)]
    assert len(pages) == 2 and "12 rue des Bleuets" in pages[0] and "Escalier C" in pages[1]
    assert "ce n’est pas une notification légale" in pages[0]


def test_what_is_seen_is_what_is_printed():
    seen, page = make("safety").text, pypdfium2.PdfDocument(make("safety", "print").content)[0]
    for words in ("inondation", "Montez dans les étages.", "En danger immédiat, appelez le 18 ou le 112"):
        assert words in seen and words in words_of(page)


def test_the_square_leads_home(settings):
    settings.SITE_URL = "https://alentour.example"
    page = pypdfium2.PdfDocument(make(deed="print").content)[0]
    (found,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    assert found.text == "https://alentour.example/"
    assert "alentour.example" in words_of(page)


def test_it_speaks_english_to_who_reads_english():
    client = Client(headers={"accept-language": "en"})
    assert "Make a poster for the hall" in client.get("/affiche/").text
    assert "Gas cut" in make("outage", client=client).text
    printed = make("outage", "print", client=client).content
    assert "this is not a legal notification" in words_of(pypdfium2.PdfDocument(printed)[0])


@pytest.mark.parametrize("deed", ["see", "print"])
@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"end": ""}, "end", "Il manque « "),
        ({"end": "2020-01-01T10:00"}, "end", "C’est déjà passé."),
        ({"start": "le matin"}, "start", "Ce n’est pas une date et une heure."),
        ({"sender": ""}, "sender", "Répondez à « Qui le dit ? »."),
        ({"sender": "\u200b"}, "sender", "Écrivez quelques mots."),
        ({"contact": "0" * 81}, "contact", "80"),
        ({"entrances": "\n".join(map(str, range(MOST_ENTRANCES + 1)))}, "entrances", "Au plus 20 entrées."),
        ({"entrances": "a" * 121}, "entrances", "Au plus 120 caractères."),
        ({"entrances": " \n "}, "entrances", "Répondez à « Où sera-t-elle affichée ? »."),
        ({"detail": "Fermez.\n" * 7}, "detail", "Au plus 6 lignes."),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(deed, changed, field, message):
    answer = make(deed=deed, **{"detail": "Ces mots restent.", **changed})
    assert answer.status_code == 400 and answer["Content-Type"].startswith("text/html")
    form = answer.context["form"]
    assert list(form.errors) == [field] and message in form.errors[field][0]
    assert message in answer.text and 'class="a4 a4-empty' in answer.text
    kept = {name for name, value in {"detail": "Ces mots restent.", **SENDER}.items() if name not in changed}
    assert all(form[name].value() == (filled() | {"detail": "Ces mots restent."})[name] for name in kept)
    if "detail" in kept:
        assert "Ces mots restent." in answer.text


def test_several_mistakes_are_said_at_once():
    answer = make("meeting", when=hours_away(24 * 5), sender="", contact="")
    assert set(answer.context["form"].errors) == {"when", "sender", "contact"}
    assert "Une assemblée s’annonce 21 jours avant" in answer.text


def test_a_choice_that_is_none_and_decisions_with_a_name():
    assert list(make("outage", service="sun").context["form"].errors) == ["service"]
    named = make("decisions", decisions="M. Durand enlève sa parabole.")
    assert "sans nom ni numéro de lot" in named.text and "M. Durand enlève sa parabole." in named.text


def test_one_entrance_is_not_counted_and_a_double_is_one():
    assert "une par entrée." not in make(entrances="Escalier A\n\n Escalier A ").text.split("poster-preview")[1]


def test_what_is_written_is_only_words():
    answer = make(sender="<script>alert(1)</script>")
    assert "<script>alert(1)" not in answer.text and "&lt;script&gt;alert(1)" in answer.text


def test_a_template_that_is_none_and_methods_that_are_none(client):
    assert client.get("/affiche/party/").status_code == 404
    assert client.post("/affiche/").status_code == 405
    assert client.put("/affiche/water_cut/").status_code == 405


def test_a_form_sent_from_elsewhere_is_refused():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/affiche/water_cut/", filled()).status_code == 403


def test_nothing_is_kept_of_it():
    with CaptureQueriesContext(connection) as asked:
        assert make(deed="print").status_code == 200
    written = [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE", "COPY"))]
    # How many sheets an address has asked for is counted, under a sealed name.
    assert written and all('"cache"' in sql.split("WHERE")[0] for sql in written)
    assert not any(said in sql for sql in written for said in ("Durand", "Bleuets", "02 40"))
    assert not Listing.objects.exists()


def test_floods_of_sheets_are_refused_and_the_page_still_answers(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"poster": "2/h/ip"}
    statuses = [make(deed="print", entrances="A").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert make().status_code == 200 and Client().get("/affiche/water_cut/").status_code == 200
