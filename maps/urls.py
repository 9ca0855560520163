"""Addresses of the pages and of the tiles."""

from django.urls import path, re_path

from directory.models import Kind
from maps import ask_page, tiles, views
from maps.adoption_page import adoption
from maps.agenda_page import agenda
from maps.area_mandate_page import area_mandate
from maps.audience_page import audience
from maps.coverage_files.views import coverage_file, kept_coverage_file
from maps.coverage_out import keep_coverage
from maps.coverage_page import coverage
from maps.event_page import event, event_calendar
from maps.exchange_page import exchange
from maps.finding_home import find_home
from maps.follow_page import follow
from maps.kept_coverage_page import kept_coverage, tend_coverage
from maps.languages import speak
from maps.letter_page import letter
from maps.notice_page import answer, notice
from maps.offer_page import offer
from maps.organisation_word_page import organisation_word
from maps.poll_page import ask_the_homes
from maps.quarters_page import drawn_quarters, quarters
from maps.rides_page import rides
from maps.sections import SECTIONS
from maps.sending_page import write_notice
from maps.town_page import printed as town_printed
from maps.town_page import sitemap, town

urlpatterns = [
    path("", views.home, name="home"),
    *(path(f"{one.slug}/", views.home, {"kind": one.kind}, name=one.url_name) for one in SECTIONS.values()),
    path("annonce/<uuid:public_id>/", views.listing, name="listing"),
    path("echange/<uuid:public_id>/", exchange, name="exchange"),
    path("agenda/", agenda, name="agenda"),
    path("covoiturages/", rides, name="rides"),
    path("evenement/<uuid:public_id>/", event, name="event"),
    path("evenement/<uuid:public_id>/agenda.ics", event_calendar, name="event-calendar"),
    path("actualite/<uuid:public_id>/", organisation_word, {"kind": Kind.NEWS}, name="news"),
    path("offre/<uuid:public_id>/", organisation_word, {"kind": Kind.PROMOTION}, name="promotion"),
    path("pro/<uuid:place>/offre/", offer, name="make-offer"),
    path("pro/<uuid:place>/offre/<uuid:public_id>/", offer, name="change-offer"),
    path("imprimer/", views.printed, name="print"),
    path("suivre/", follow, name="follow"),
    path("portee/", audience, name="audience"),
    path("organismes/<uuid:handle>/zone/", area_mandate, name="area-mandate"),
    path("avis/ecrire/<uuid:handle>/<slug:code>/", write_notice, name="write-notice"),
    path("avis/sondage/<uuid:handle>/", ask_the_homes, name="ask-homes"),
    path("avis/<uuid:public_id>/", notice, name="notice"),
    path("avis/<uuid:public_id>/repondre/", answer, name="answer-notice"),
    path("ville/couverture/", coverage, name="coverage"),
    path("ville/couverture/analyse.<slug:ending>", coverage_file, name="coverage-file"),
    path("ville/couverture/<uuid:public_id>/analyse.<slug:ending>", kept_coverage_file, name="kept-coverage-file"),
    path("ville/couverture/garder/", keep_coverage, name="keep-coverage"),
    path("ville/couverture/<uuid:public_id>/", kept_coverage, name="kept-coverage"),
    path("ville/couverture/<uuid:public_id>/tenir/", tend_coverage, name="tend-coverage"),
    path("ville/quartiers/", quarters, name="quarters"),
    path("ville/quartiers/<int:number>/", drawn_quarters, name="drawn-quarters"),
    # Five signs, as INSEE has them: "44109", "2A004".
    re_path(r"^ville/(?P<code>[0-9][0-9AB][0-9]{3})/$", town, name="town-page"),
    re_path(r"^ville/(?P<code>[0-9][0-9AB][0-9]{3})/adoption/$", adoption, name="adoption"),
    re_path(r"^ville/(?P<code>[0-9][0-9AB][0-9]{3})/imprimer/$", town_printed, name="town-print"),
    re_path(
        r"^ville/(?P<code>[0-9][0-9AB][0-9]{3})/(?:quartier/(?P<quarter>[-\w]{1,40})/)?lettre/imprimer/$",
        letter,
        name="letter-print",
    ),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("demandes/a/<uuid:handle>/", ask_page.write, name="ask-organisation"),
    path("demandes/<uuid:public_id>/plan.svg", ask_page.plan, name="ask-plan"),
    path("chez-moi/trouver/", find_home, name="find-home"),
    path("donnees/", views.data, name="data"),
    path("langue/<slug:language>/", speak, name="language"),
    path("tiles/<slug:layers>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
]
