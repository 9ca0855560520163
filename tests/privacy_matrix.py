"""Who may see what, where: every route of the product has a row here, or `test_privacy_matrix` fails.

A route that can show listings says how to ask it for everything around the village of the matrix; a route that shows
none says so, and is asked too: nothing of any listing may be in its answer.
"""

from maps.sections import SECTIONS
from tests.directory.ride_service import EAST, WEST, between
from tests.directory.ride_service import ROUTES as ROUTES_OF_RIDES
from tests.directory.riding import in_days
from tests.privacy_route import Route, coverage_files, showing, silent, told_in_a_form

#: Where the matrix puts its listings: inside the town of its fixture.
LONGITUDE, LATITUDE = -1.5536, 47.2173
HERE = {"lat": LATITUDE, "lon": LONGITUDE}
#: A working day to come: rides of the matrix leave from Monday to Friday.
RIDE_DAY = next(day for day in map(in_days, range(1, 8)) if day.isoweekday() == 2).isoformat()
#: What other services ask, to find every ride of the matrix.
RIDE_ASKED = between(WEST, EAST, departureRadius=2, arrivalRadius=2)
#: Of the feed that the matrix makes of its whole town.
FEED = "0123456789abcdefghjkmnpqrstvwxyz"
#: Of the analyses that its town keeps: one that whoever has the address reads, and one that the town took back.
KEPT, TAKEN_BACK = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
#: A list of one's own, which an analysis of coverage is posted with.
OWN_SITES = {"town": "44109", "within": "500m", "lines": f"A ; {LATITUDE} ; {LONGITUDE}"}
#: What the administration keeps a register of.
REGISTERED = (
    "scopes/organisation", "scopes/mandate", "directory/category", "directory/case", "directory/tending",
    "geo/release", "geo/municipality", "geo/neighbourhood", "procrastinate/procrastinatejob",
)  # fmt: skip


def registers() -> dict[str, list[Route]]:
    """The pages of the administration, which only staff opens: a list, a row and its history for each register."""
    pages = {"changelist": "", "change": "1/change/", "history": "1/history/"}
    return {
        f"{register.replace('/', '_')}_{page}": [silent(f"/exploitation/registre/{register}/{end}")]
        for register in REGISTERED
        for page, end in pages.items()
    }


#: Name of the route -> the ways to ask it.
ROUTES: dict[str, list[Route]] = {
    "home": [showing("/", **HERE, within=within) for within in ("500m", "neighbourhood", "municipality", "nearest")]
    + [showing("/")],
    **{
        section.url_name: [
            showing(f"/{section.slug}/"),
            *(showing(f"/{section.slug}/", **HERE, within=within) for within in ("500m", "municipality")),
        ]
        for section in SECTIONS.values()
    },
    "listing": [showing("/annonce/{id}/")],
    "agenda": [
        showing("/agenda/"),
        *(showing("/agenda/", **HERE, within=within) for within in ("2km", "municipality")),
    ],
    # Rides that the viewer may see: the latest, those to one place, and those along a way.
    "rides": [
        showing("/covoiturages/"),
        showing("/covoiturages/", towards="44109"),
        showing(
            "/covoiturages/",
            **{"from": "Place du Milieu", "to": "Place Est", "day": RIDE_DAY, "time": "07:30", "direction": "request"},
        ),
        showing(
            "/covoiturages/",
            **{"from": "Place Ouest", "to": "Place Est", "day": RIDE_DAY, "time": "07:30", "direction": "offer"},
        ),
    ],
    # By key, for other services: the rides that their authors show beyond, by their way alone, and no word of them.
    **{name.replace("_", "-"): [silent(f"/covoiturage/api/v1/{name}", **RIDE_ASKED)] for name in ROUTES_OF_RIDES},
    "rides-status": [silent("/covoiturage/api/v1/status")],
    "event": [showing("/evenement/{id}/")],
    "event-calendar": [showing("/evenement/{id}/agenda.ics")],
    "own-events": [silent("/organismes/{id}/evenements/")],
    "add-event": [silent("/organismes/{id}/evenements/ajouter/")],
    "change-event": [silent("/organismes/00000000-0000-4000-8000-000000000000/evenements/{id}/")],
    "own-calendars": [silent("/organismes/{id}/agendas/")],
    "own-calendar": [silent("/organismes/00000000-0000-4000-8000-000000000000/agendas/{id}/")],
    "claim": [showing("/annonce/{id}/tenir/")],
    "join-organisation": [silent("/organismes/rejoindre/")],
    "team": [silent("/organismes/{id}/equipe/")],
    "town-decisions": [silent("/organismes/{id}/a-decider/")],
    "door-code": [silent("/organismes/code/")],
    "places": [silent("/organismes/lieux/")],
    "add-place": [silent("/organismes/lieux/ajouter/")],
    "keep-place": [silent("/organismes/lieux/{id}/")],
    # What is said of a public page is read by who keeps it: the form tells the page alone.
    "say-remark": [showing("/remarque/{id}/")],
    "remarked": [silent("/remarque/merci/")],
    "pages-to-put-right": [silent("/organismes/fiches-a-corriger/")],
    "put-right": [silent("/organismes/fiches-a-corriger/{id}/")],
    "answer-claim": [silent("/organismes/lieux/{id}/preuve/")],
    "decide-claims": [silent("/exploitation/etablissements/")],
    "print": [showing("/imprimer/", **HERE, within="500m")],
    # A feed is of what is public; the page that makes one says what would be followed, not what there is.
    "follow": [silent("/suivre/"), silent("/suivre/", **HERE, within="500m")],
    "feed": [showing(f"/fil/{FEED}.{form}") for form in ("atom", "geojson", "ics")],
    # One's own follows: of any other id, the words of one that is not there.
    "follows": [silent("/moi/suivis/")],
    "change-follow": [silent("/moi/suivis/{id}/")],
    "pause-follow": [silent("/moi/suivis/{id}/pause/")],
    "end-follow": [silent("/moi/suivis/{id}/finir/")],
    "end-feed": [silent("/fil/finir/un-jeton-que-personne-n-a/")],
    "nearby": [
        showing("/api/nearby/", **HERE),
        showing("/api/nearby/", **HERE, within="municipality"),
        showing("/api/nearby/", **HERE, within="2km", q="canari"),
    ],
    "listing-list": [
        showing("/api/listings/"),
        showing("/api/listings/", bbox=f"{LONGITUDE - 0.01},{LATITUDE - 0.01},{LONGITUDE + 0.01},{LATITUDE + 0.01}"),
        showing("/api/listings/", municipality="44109", category="bakery"),
    ],
    "listing-detail": [showing("/api/listings/{id}/")],
    # By key, for the programs of an organisation: what it sent itself, and never a listing.
    "notices": [silent("/api/notices/")],
    "notice-reasons": [silent("/api/notices/reasons/")],
    "notice-status": [silent("/api/notices/{id}/")],
    "notice-take-back": [silent("/api/notices/{id}/take-back/")],
    "notice-all-clear": [silent("/api/notices/{id}/all-clear/")],
    "addresses": [silent("/api/addresses/", q="canari"), silent("/api/addresses/", q="nantes")],
    "meeting-points": [showing("/api/meeting-points/", q="canari"), showing("/api/meeting-points/", q="place")],
    "places-at": [silent("/api/places/at/", **HERE)],
    "municipality-list": [silent("/api/municipalities/")],
    "municipality-detail": [silent("/api/municipalities/44109/")],
    "neighbourhood-list": [silent("/api/neighbourhoods/")],
    "neighbourhood-detail": [silent("/api/neighbourhoods/44109/quartier/1/")],
    "building-list": [silent("/api/buildings/")],
    "building-detail": [silent("/api/buildings/bdtopo:1/")],
    "schema": [silent("/api/schema/")],
    "data": [silent("/donnees/")],
    "tile": [silent(f"/tiles/{layers}/14/8121/5731.mvt") for layers in ("base", "names")],
    "language": [silent("/langue/en/")],
    # Pages of one's own account, and the demonstration's: they show no listing to anyone.
    "account_login": [silent("/compte/entrer/")],
    "account_confirm_login_code": [silent("/compte/entrer/code/")],
    "account-printed-code": [silent("/compte/entrer/code-imprime/")],
    "account-password-login": [silent("/compte/entrer/mot-de-passe/")],
    "mfa_authenticate": [silent("/compte/entrer/second-facteur/")],
    "account_signup": [silent("/compte/ouvrir/")],
    "account_inactive": [silent("/compte/ferme/")],
    "account_logout": [silent("/compte/sortir/")],
    "account-leave-everywhere": [silent("/compte/sortir-partout/")],
    "account": [silent("/compte/")],
    "account-name": [silent("/compte/nom/")],
    "account-address": [silent("/compte/adresse/")],
    "account-address-code": [silent("/compte/adresse/code/")],
    "account-password": [silent("/compte/mot-de-passe/")],
    "account-sheet": [silent("/compte/feuille/")],
    "account-open-for": [silent("/compte/ouvrir-pour/")],
    "account-open-for-code": [silent("/compte/ouvrir-pour/code/")],
    "account-child-sheet": [silent("/compte/enfant/1/feuille/")],
    "account-child-of-age": [silent("/compte/enfant/1/quinze-ans/")],
    "mfa_index": [silent("/compte/second-facteur/")],
    "mfa_reauthenticate": [silent("/compte/second-facteur/confirmer/")],
    "mfa_activate_totp": [silent("/compte/second-facteur/activer/")],
    "mfa_deactivate_totp": [silent("/compte/second-facteur/retirer/")],
    "mfa_view_recovery_codes": [silent("/compte/second-facteur/secours/")],
    "mfa_generate_recovery_codes": [silent("/compte/second-facteur/secours/refaire/")],
    "rights": [silent("/moi/")],
    "consents": [silent("/moi/accords/")],
    "archive": [silent("/moi/copie/")],
    "archive-file": [silent("/moi/copie/emporter/")],
    "archive-link": [silent("/moi/copie/un-jeton-que-personne-n-a/")],
    "erase": [silent("/moi/effacer/")],
    "erased": [silent("/moi/efface/")],
    "sign-in-again": [silent("/moi/confirmer/")],
    "legal-notice": [silent("/mentions-legales/")],
    "privacy": [silent("/confidentialite/")],
    "accessibility": [silent("/accessibilite/")],
    "manifest": [silent("/manifest.webmanifest")],
    "service-worker": [silent("/service-worker.js")],
    "offline": [silent("/hors-ligne/")],
    # How notices reach oneself; of a notice that is not seen, the same words and nothing done.
    "reaching-me": [silent("/moi/avis/")],
    "add-browser": [silent("/moi/avis/appareil/")],
    "remove-browser": [silent("/moi/avis/appareil/{id}/retirer/")],
    "sender-kinds": [silent("/moi/avis/de/{id}/")],
    "hear-again": [silent("/moi/avis/entendre/{id}/water_cut/")],
    "notice-received": [silent("/avis/recu/{id}/")],
    "stop-mail": [silent("/avis/stop/un-jeton-que-personne-n-a/")],
    "silence": [silent("/avis/{id}/taire/")],
    "demo": [silent("/demo/")],
    "demo-mail": [silent("/demo/courrier/")],
    "demo-become": [silent("/demo/devenir/camille/")],
    # One's own homes: any id that is not one's own home is unknown.
    "homes": [silent("/chez-moi/")],
    "find-home": [silent("/chez-moi/trouver/")],
    "join-home": [silent("/chez-moi/rejoindre/")],
    "enter-code": [silent("/chez-moi/code/")],
    "home-proofs": [silent("/chez-moi/{id}/")],
    "ask-letter": [silent("/chez-moi/{id}/lettre/")],
    "introduce": [silent("/chez-moi/{id}/presentation/")],
    "give-lot": [silent("/chez-moi/{id}/lot/")],
    "give-position": [silent("/chez-moi/{id}/position/")],
    "choose-home": [silent("/chez-moi/{id}/choisir/")],
    "leave-home": [silent("/chez-moi/{id}/quitter/")],
    "home-role": [silent("/chez-moi/{id}/role/")],
    "household": [silent("/chez-moi/{id}/foyer/")],
    "newcomers": [silent("/chez-moi/{id}/voisins/")],
    "told-of-newcomers": [silent("/chez-moi/{id}/voisins/e-mail/")],
    "answer-newcomer": [silent("/chez-moi/{id}/voisins/{id}/")],
    "missing-residence": [silent("/chez-moi/manquante/")],
    "my-residence": [silent("/chez-moi/{id}/residence/")],
    "follow-residence": [silent("/chez-moi/{id}/suite/")],
    "keeping": [silent("/gerer/")],
    "keeper-answer": [silent("/gerer/confirmer/{id}/")],
    "keeper-poster": [silent("/gerer/affiche/")],
    "keeper-poster-down": [silent("/gerer/affiche/retirer/")],
    "keeper-lots": [silent("/gerer/lots/")],
    "managed-residence": [silent("/gerer/{id}/residence/")],
    "letters": [silent("/exploitation/courriers/")],
    "residence-changes": [silent("/exploitation/residences/")],
    "managers": [silent("/exploitation/gestionnaires/")],
    "home-mandates": [silent("/chez-moi/{id}/qui-ecrit/")],
    "organisations": [silent("/organismes/")],
    "delegation": [silent("/organismes/{id}/delegation/{id}/")],
    "area-mandate": [silent("/organismes/{id}/zone/")],
    "organisation": [silent("/organismes/{id}/")],
    "mandate-file": [silent("/organismes/{id}/fichier/")],
    "api-keys": [silent("/organismes/{id}/cles/")],
    "revoke-api-key": [silent("/organismes/cle/{id}/revoquer/")],
    "end-mandate": [silent("/organismes/mandat/{id}/finir/")],
    "mandates": [silent("/exploitation/organismes/")],
    "own-subscriptions": [silent("/organismes/{id}/abonnement/")],
    "statement-sheet": [silent("/organismes/{id}/abonnement/releve/")],
    "quote-sheet": [silent("/organismes/devis/{id}/")],
    "subscriptions": [silent("/exploitation/abonnements/")],
    "subscriber-year": [silent("/organismes/{id}/annee/2026/")],
    "residence": [showing("/immeuble/")],
    "quarter": [showing("/quartier/")],
    "town": [showing("/ville/")],
    # What is public of a town, to everyone alike.
    "town-page": [showing("/ville/44109/")],
    # Sums of the quarterly table; of services, whether anybody offers one to everyone in a quarter, never what.
    "adoption": [silent("/ville/44109/adoption/"), silent("/ville/44109/adoption/", service="gardening")],
    "town-print": [showing("/ville/44109/imprimer/")],
    "letter-print": [showing("/ville/44109/lettre/imprimer/"), showing("/ville/44109/quartier/Ouest/lettre/imprimer/")],
    "sitemap": [silent("/sitemap.xml")],
    # Where shops and public places are, how many homes are near them: open data, the same for everyone.
    "coverage": [
        silent("/ville/couverture/"),
        silent("/ville/couverture/", town="44109", service="food"),
        # What is posted is answered, and kept nowhere.
        told_in_a_form("/ville/couverture/", **OWN_SITES),
    ],
    "coverage-file": [
        *coverage_files("/ville/couverture/", town="44109", service="food"),
        told_in_a_form("/ville/couverture/analyse.geojson", **OWN_SITES),
    ],
    "keep-coverage": [silent("/ville/couverture/garder/")],
    "kept-coverage": [silent(f"/ville/couverture/{key}/") for key in ("{id}", KEPT, TAKEN_BACK)],
    "tend-coverage": [silent("/ville/couverture/{id}/tenir/")],
    "kept-coverage-file": [
        silent("/ville/couverture/{id}/analyse.csv"),
        *coverage_files(f"/ville/couverture/{KEPT}/"),
        *coverage_files(f"/ville/couverture/{TAKEN_BACK}/"),
    ],
    "quarters": [silent("/ville/quartiers/"), silent("/ville/quartiers/", commune="44109")],
    "drawn-quarters": [silent("/ville/quartiers/1/")],
    # What is written on a poster is kept nowhere.
    "poster-templates": [silent("/affiche/")],
    "poster-maker": [silent("/affiche/water_cut/")],
    "publish": [silent("/publier/")],
    "publish-post": [silent("/publier/mot/")],
    "share": [
        silent("/publier/service/"),
        *(silent(f"/publier/{kind}/") for kind in ("pret", "annonce", "bonjour", "recommandation", "rien")),
        # Rides begin and end at public places, which are there to choose from.
        showing("/publier/covoiturage/"),
    ],
    "draft": [silent("/publier/brouillon/{id}/")],
    "draft-throw-away": [silent("/publier/brouillon/{id}/jeter/")],
    # The person that it is about asks without an account, and learns nothing of what there is.
    "recommendation-removal": [silent("/recommandation/{id}/retirez-moi/")],
    "recommendation-reply": [silent("/recommandation/{id}/repondre/")],
    "exchange-photo": [silent("/echange/photo/{id}/")],
    "exchange-photo-small": [silent("/echange/photo/{id}/petite/")],
    "exchange": [showing("/echange/{id}/")],
    "news": [showing("/actualite/{id}/")],
    "promotion": [showing("/offre/{id}/")],
    **{
        f"{deed}-news": [silent(f"/organismes/{{id}}/actualites/{more}")]
        for deed, more in (("own", ""), ("add", "ajouter/"), ("change", "00000000-0000-4000-8000-000000000000/"))
    },
    # A shop's offers are made by who keeps its page: to whoever else, whatever is asked for, there is no such shop.
    "pro": [silent("/pro/")],
    "make-offer": [silent("/pro/{id}/offre/")],
    "change-offer": [silent("/pro/00000000-0000-4000-8000-000000000000/offre/{id}/")],
    "window-poster": [silent("/pro/{id}/affiche/")],
    "offer-poster": [silent("/pro/00000000-0000-4000-8000-000000000000/offre/{id}/affiche/")],
    "take-offer-back": [silent("/pro/00000000-0000-4000-8000-000000000000/offre/{id}/retirer/")],
    # One's own vouchers, which have rows of their own in the matrix too: here, any id is that of none.
    "vouchers": [showing("/moi/bons/")],
    "keep-offer": [silent("/offre/{id}/garder/")],
    "voucher": [silent("/offre/{id}/bon/")],
    "exchange-change": [showing("/echange/{id}/modifier/")],
    "exchange-open": [silent("/echange/{id}/ouvrir/")],
    "exchange-renew": [silent("/echange/{id}/prolonger/")],
    "exchange-withdraw": [silent("/echange/{id}/retirer/")],
    "audience": [silent("/portee/")],
    "as-seen": [showing("/moi/vu/", par=kind) for kind in ("voisin", "quartier", "commerce", "inconnu")],
    "list-oneself": [silent("/moi/liste/")],
    "my-words": [showing("/moi/mots/")],
    "say-again": [silent("/moi/mots/{id}/redire/")],
    "notice-desk": [silent("/avis/")],
    "write-notice": [silent("/avis/ecrire/{id}/water_cut/")],
    "approve-notice": [silent("/avis/envoi/{id}/relu/")],
    "take-notice-back": [silent("/avis/envoi/{id}/reprendre/")],
    "notice-is-over": [silent("/avis/envoi/{id}/retabli/")],
    # What an organisation asks of homes: its own pages tell of it by public data, and the one result.
    "ask-homes": [silent("/avis/sondage/{id}/")],
    "asked-poll": [silent("/avis/sondages/{id}/")],
    "take-asked-poll-back": [silent("/avis/sondages/{id}/reprendre/")],
    "notice-posters": [silent("/avis/envoi/{id}/affiches/")],
    # What hangs in a hall, and what was attested of it: the code on a sheet says nothing to who may not hang it.
    "mailing": [silent("/avis/envoi/{id}/")],
    "make-evidence": [silent("/avis/envoi/{id}/preuve/")],
    "sheet": [silent("/a/{id}/")],
    "sheets-to-hang": [silent("/gerer/affiches/")],
    "evidence-check": [silent("/preuve/"), silent("/preuve/", empreinte="0" * 64)],
    "evidence": [silent(f"/preuve/{'0' * 64}/")],
    "evidence-content": [silent(f"/preuve/{'0' * 64}/contenu/")],
    "evidence-sheet": [silent(f"/preuve/{'0' * 64}/feuille/")],
    "notice": [showing("/avis/{id}/")],
    # What is asked of an organisation has rows of its own in the matrix (`Asked`): a passer-by finds no page of it.
    "asks": [silent("/avis/demandes/")],
    "asked": [silent("/avis/demandes/{id}/")],
    "asked-close": [silent("/avis/demandes/{id}/clore/")],
    "my-asks": [silent("/demandes/")],
    "ask-organisation": [silent("/demandes/a/{id}/")],
    "ask-photo": [silent("/demandes/photo/{id}/")],
    "ask-plan": [silent("/demandes/{id}/plan.svg")],
    "ask": [silent("/demandes/{id}/")],
    "ask-withdraw": [silent("/demandes/{id}/retirer/")],
    # What two people write to each other has rows of its own in the matrix too.
    "helps": [silent("/coups-de-main/")],
    "help-ask": [silent("/coups-de-main/demander/")],
    "help-code": [silent("/coups-de-main/code/")],
    "help": [silent("/coups-de-main/{id}/")],
    "help-invite": [silent("/coups-de-main/{id}/inviter/")],
    "help-remove": [silent("/coups-de-main/{id}/retirer/{id}/")],
    "help-leave": [silent("/coups-de-main/{id}/quitter/")],
    "help-plan": [silent("/coups-de-main/{id}/passages/")],
    "help-slot": [silent("/coups-de-main/{id}/passages/{id}/")],
    "help-alert": [silent("/coups-de-main/{id}/prevenir/")],
    # What a circle asks its town hall for, and what a volunteer is asked: nothing of whose it is.
    "help-want": [silent("/coups-de-main/{id}/mairie/")],
    "help-wanted": [silent("/coups-de-main/{id}/mairie/{id}/")],
    "volunteer": [silent("/coups-de-main/benevole/")],
    "volunteer-answer": [silent("/coups-de-main/benevole/{id}/")],
    "volunteers": [silent("/organismes/{id}/benevoles/")],
    "help-sheet": [silent("/coups-de-main/{id}/feuille/")],
    "help-end": [silent("/coups-de-main/{id}/terminer/")],
    "conversations": [showing("/messages/")],
    "write-to-author": [showing("/messages/a/{id}/")],
    "message-withdraw": [silent("/messages/repris/{id}/")],
    "conversation": [silent("/messages/{id}/")],
    "message-photo": [silent("/messages/photo/{id}/")],
    "show-contact": [silent("/messages/{id}/joindre/")],
    "conversation-quiet": [silent("/messages/{id}/silence/")],
    "conversation-block": [silent("/messages/{id}/ne-plus-lire/")],
    "promise": [silent("/messages/{id}/promettre/")],
    "promise-end": [silent("/promesse/{id}/finir/")],
    "promise-returned": [silent("/promesse/{id}/rendu/")],
    "exchange-done": [silent("/echange/{id}/fait/")],
    "ride-ask": [showing("/covoiturages/{id}/demander/")],
    "ride-day-off": [silent("/covoiturages/{id}/pas-ce-jour/")],
    "own-rides": [showing("/mes-trajets/")],
    "own-ride": [silent("/mes-trajets/{id}/")],
    "own-ride-calendar": [silent("/mes-trajets/{id}/trajet.ics")],
    "notice-read": [silent("/avis/{id}/lu/")],
    "answer-notice": [silent("/avis/{id}/repondre/")],
    "ask-all": [silent("/publier/sondage/")],
    "poll": [showing("/sondage/{id}/")],
    "poll-take-back": [silent("/sondage/{id}/reprendre/")],
    "poll-withdraw": [silent("/sondage/{id}/retirer/")],
    "post": [showing("/mot/{id}/")],
    "post-change": [showing("/mot/{id}/modifier/")],
    "post-withdraw": [silent("/mot/{id}/retirer/")],
    "post-answers": [silent("/mot/{id}/reponses/")],
    "post-open": [silent("/mot/{id}/ouvrir/")],
    "answer-withdraw": [silent("/reponse/{id}/retirer/")],
    # No page of these says anything of what it is asked for: what is reported, decided and contested is for a few.
    "report": [silent("/signaler/{id}/")],
    "reported": [silent("/signaler/merci/")],
    "moderation": [silent("/moderation/")],
    "case": [silent("/moderation/{id}/")],
    "on-call": [silent("/moderation/astreinte/")],
    "on-call-case": [silent("/moderation/astreinte/{id}/")],
    "keepers": [silent("/moderation/qui/")],
    "keep": [silent("/moderation/qui/{id}/")],
    "decisions": [silent("/mes-messages/decisions/")],
    "decision": [silent("/mes-messages/decisions/{id}/")],
    "mute": [silent("/discretion/{id}/")],
    "discretion": [silent("/moi/discretion/")],
    "read-again": [silent("/moi/discretion/{id}/relire/")],
    "who-writes": [silent("/moi/discretion/{id}/ecrire/")],
    "index": [silent("/exploitation/registre/")],
    "jsi18n": [silent("/exploitation/registre/jsi18n/")],
    "app_list": [silent("/exploitation/registre/scopes/")],
    **registers(),
}
