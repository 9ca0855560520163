"""Areas in a real browser: a zone is chosen, seen on the map, drawn by hand and sent; a town's quarters are drawn."""

import json

import pytest
from playwright.sync_api import Page, expect

from directory.models import Post
from geo.models import Neighbourhood, Residence
from tests.directory.browsing import browser
from tests.journeys.conftest import PHONE
from tests.journeys.test_searching import serious_findings
from tests.neighbours import neighbour, person

pytestmark = pytest.mark.browser


@pytest.fixture
def own(page: Page, village, client, base_url: str) -> Page:
    """The browser of someone who lives in the village."""
    member = neighbour("Camille", Residence.objects.order_by("pk").first())
    client.force_login(member.account)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}])
    return page


def write(page: Page, zone: str) -> None:
    """Fill in a word, and open what a zone needs."""
    page.goto("/publier/mot/")
    page.get_by_text("question", exact=False).first.click()
    page.get_by_label("En une ligne").fill("Une échelle ?")
    page.get_by_label("Votre mot").fill("Qui en prête une ?")
    page.get_by_text("une zone", exact=True).click()
    page.get_by_label("Quelle zone ?").select_option(zone)


@pytest.mark.slow
def test_a_zone_is_seen_on_the_map_and_what_was_written_comes_back(own):
    write(own, "radius")
    expect(own.get_by_label("Distance")).to_be_visible()
    expect(own.get_by_label("Combien de foyers")).to_be_hidden()
    own.get_by_label("Distance").select_option("500")
    own.get_by_role("button", name="Voir qui le recevra").click()
    expect(own.get_by_text("moins de 20 foyers connectés")).to_be_visible()
    expect(own.locator(".reach-circle")).to_have_count(1)
    assert serious_findings(own) == []
    own.get_by_role("button", name="Revenir à ce que j’écris").click()
    expect(own.get_by_label("Votre mot")).to_have_value("Qui en prête une ?")
    expect(own.get_by_label("Distance")).to_have_value("500")
    assert not Post.objects.exists()


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
@pytest.mark.slow
def test_a_zone_is_drawn_with_the_finger_or_the_keyboard_and_sent(own, viewport):
    if viewport:
        own.set_viewport_size(viewport)
    write(own, "drawing")
    own.get_by_role("button", name="Voir qui le recevra").click()
    expect(own.get_by_role("button", name="Poser un coin au milieu")).to_be_visible()
    canvas = own.locator("#map_alentour")
    for x, y in ((60, 60), (300, 60), (300, 250)):
        canvas.click(position={"x": x, "y": y})
    own.get_by_role("button", name="Poser un coin au milieu").click()
    own.get_by_role("button", name="Retirer le dernier coin").click()
    expect(own.get_by_text("Coins posés : 3")).to_be_visible()
    own.get_by_role("button", name="Voir cette zone").click()
    expect(own.locator(".audience-facts li").first).to_contain_text("foyer")
    expect(own.get_by_text("Coins posés : 3")).to_be_visible()
    assert serious_findings(own) == []
    own.get_by_role("button", name="Envoyer").click()
    expect(own.get_by_text("pour les habitants alentour").first).to_be_visible()
    assert len(json.loads(Post.objects.get().catchment.geojson)["coordinates"][0][0]) == 4


@pytest.mark.slow
def test_staff_draw_quarters_on_the_map(page, village, base_url):
    session = browser(person("Astrid", is_staff=True)).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": base_url}])
    page.goto("/ville/quartiers/?commune=44109")
    expect(page.get_by_role("button", name="Poser un coin au milieu")).to_be_visible()
    map_box = page.locator("#map_alentour")
    for name, left in (("Couchant", 60), ("Levant", 320)):
        for x, y in ((left, 60), (left + 230, 60), (left + 230, 400), (left, 400)):
            map_box.click(position={"x": x, "y": y})
        page.get_by_label("Nom du quartier").fill(name)
        page.get_by_role("button", name="Ajouter ce quartier").click()
    assert serious_findings(page) == []
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Couchant ·")).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_role("button", name="En faire les quartiers de la commune").click()
    expect(page.get_by_text("Ces quartiers sont ceux de Nantes")).to_be_visible()
    assert set(Neighbourhood.objects.open().values_list("name", flat=True)) == {"Couchant", "Levant"}
