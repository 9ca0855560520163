"""The quote of a subscription (*devis*) and the statement of what an organisation subscribed to (*relevé*), as A4.

What a quote says follows the Code de commerce (articles L441-9, L441-10, D441-5: payment between professionals) and the
Code général des impôts (article 293 B: a seller who is not subject to VAT); no lawyer has read it (docs/legal.md, 8).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scopes.moments import full_day
from scopes.organisation_models import Organisation
from scopes.paper.document import LEFT, ROOM, Block, Document
from scopes.paper.drawing import ACCENT, SOFT, Sheet
from scopes.subscription_models import CENT, Subscription

#: Millimetres of the columns: what, quantity, unit price, total.
COLUMNS = (82, 24, 30, 34)
FIGURES = (1, 2, 3)


def quote_pdf(subscription: Subscription) -> bytes:
    """Return the quote, in French: it is signed and filed."""
    with translation.override("fr"):
        return _quote(subscription).pdf()


def statement_pdf(organisation: Organisation, subscriptions: Iterable[Subscription]) -> bytes:
    """Return the statement of the subscriptions that were accepted, in French."""
    with translation.override("fr"):
        return _statement(organisation, list(subscriptions)).pdf()


def _quote(subscription: Subscription) -> Document:
    number = _("Devis n° %(number)s") % {"number": subscription.number}
    document = Document(number, foot=f"{number} · {subscription.seller['name'] or 'Alentour'}")
    document.blocks.append(_head(number, _("du %(day)s") % {"day": full_day(subscription.quoted_on)}))
    document.columns(_seller_lines(subscription.seller), _customer_lines(subscription.customer))
    document.gap(6)
    document.facts(
        [
            (_("Objet"), _("Abonnement d’un an à Alentour : envoyer des avis aux immeubles dont vous avez la charge")),
            (_("Période"), _("du %(first)s au %(last)s") % _period(subscription)),
            (_("Devis valable"), _("jusqu’au %(day)s") % {"day": full_day(subscription.valid_until)}),
        ],
        label_width=34,
    )
    document.gap(4)
    heads = (_("Désignation"), _("Quantité"), _("Prix unitaire HT"), _("Total HT"))
    document.table(heads, [_line(subscription)], COLUMNS, right=FIGURES)
    _sums(document, subscription)
    document.heading(_("Logements comptés"), size=12)
    document.paragraph(_counted_how(), size=9.5, colour=SOFT)
    document.table(
        (_("Commune"), _("Immeubles"), _("Logements connus"), _("Logements estimés")),
        [
            (place["name"], *(_number(place[name]) for name in ("residences", "known", "estimated")))
            for place in subscription.places
        ],
        COLUMNS,
        right=FIGURES,
    )
    document.heading(_("Conditions"), size=12)
    for words in _conditions(subscription):
        document.paragraph(words, size=9.5)
    document.gap(3)
    document.blocks.append(_signature())
    return document


def _statement(organisation: Organisation, subscriptions: list[Subscription]) -> Document:
    today = timezone.localdate()
    document = Document(_("Relevé d’abonnement"), foot=f"{organisation.name} · {full_day(today)}")
    document.blocks.append(_head(_("Relevé d’abonnement"), _("au %(day)s") % {"day": full_day(today)}))
    if subscriptions:
        document.columns(_seller_lines(subscriptions[0].seller), _customer_lines(subscriptions[0].customer))
        document.gap(8)
        document.table(
            (_("Abonnement"), _("Période"), _("État"), _("Total TTC")),
            [_stated(one) for one in subscriptions],
            (62, 60, 22, 26),
            right=(3,),
        )
        document.gap(4)
        for words in dict.fromkeys(_vat_in_words(one) for one in subscriptions):
            document.paragraph(words, size=9.5)
    else:
        document.paragraph(_("Aucun abonnement n’a été accepté."))
    document.paragraph(_("Ce relevé n’est pas une facture, et ne dit pas ce qui a été payé."), bold=True)
    return document


def _head(title: str, day: str) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        sheet.text("Alentour", LEFT, y + 6, size=15, bold=True, colour=ACCENT)
        sheet.text(title, LEFT, y + 20, size=22, bold=True)
        sheet.text_right(day, LEFT + ROOM, y + 20, size=12, colour=SOFT)

    return Block(30, draw)


def _seller_lines(seller: dict) -> Sequence[str]:
    """Who sells: what the town that opens the site said of itself, and what it did not, said so."""
    missing = _("(à compléter par la ville)")
    numbers = [_("SIRET %(siret)s") % {"siret": seller.get("siret") or missing}]
    if seller.get("vat_number"):
        numbers.append(_("TVA intracommunautaire %(number)s") % {"number": seller["vat_number"]})
    told = [seller.get("legal_form"), seller["address"] or missing, *numbers, seller["phone"], seller["contact"]]
    return (seller["name"] or missing, *filter(None, told))


def _customer_lines(customer: dict) -> Sequence[str]:
    siret = [_("SIRET %(siret)s") % {"siret": customer["siret"]}] if customer["siret"] else []
    return (customer["name"], *customer["address"], *siret)


def _line(subscription: Subscription) -> tuple[str, str, str, str]:
    what = _("Un logement, un an") if subscription.is_per_dwelling else _("Un an, somme forfaitaire")
    unit, total = _euros(subscription.unit_price), _euros(subscription.total)
    return what, _number(subscription.quantity), unit, total


def _sums(document: Document, subscription: Subscription) -> None:
    rows = [(_("Total HT"), _euros(subscription.total))]
    if subscription.vat_rate is not None:
        rows.append((_("TVA %(rate)s %%") % {"rate": _short(subscription.vat_rate)}, _euros(subscription.vat)))
    rows.append((_("Total à payer"), _euros(subscription.total_with_vat)))
    document.sums(rows)
    document.paragraph(_vat_in_words(subscription), size=9.5, colour=SOFT)


def _vat_in_words(subscription: Subscription) -> str:
    if subscription.vat_rate is None:
        return _("TVA non applicable, art. 293 B du CGI.")
    return _("TVA au taux de %(rate)s %%.") % {"rate": _short(subscription.vat_rate)}


def _conditions(subscription: Subscription) -> list[str]:
    return [
        _("Paiement par virement ou mandat administratif, à trente jours de la facture. Pas d’escompte."),
        _(
            "Tout retard entraîne des pénalités au taux de trois fois l’intérêt légal et une indemnité forfaitaire de "
            "40 € pour frais de recouvrement (articles L441-10 et D441-5 du code de commerce)."
        ),
        _(
            "L’abonnement finit de lui-même à son dernier jour. Ensuite les avis ne partent plus, sauf un danger "
            "urgent et « C’est rétabli » ; l’usage des habitants ne change en rien. Habitants, commerces et "
            "associations ne paient jamais."
        ),
    ]


def _counted_how() -> str:
    return _(
        "D’après les bâtiments des données publiques, le jour du devis. Un logement est estimé quand les données ne "
        "donnent que la taille du bâtiment."
    )


def _signature() -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        sheet.frame(LEFT + ROOM - 90, y, width=90, height=34)
        words = _("Devis reçu avant l’exécution, bon pour accord")
        sheet.text(words, LEFT + ROOM - 86, y + 6, size=9, bold=True)
        sheet.text(_("Date, nom, qualité et signature :"), LEFT + ROOM - 86, y + 11, size=9, colour=SOFT)

    return Block(36, draw)


def _stated(subscription: Subscription) -> tuple[str, str, str, str]:
    homes = ngettext("%(number)s logement", "%(number)s logements", subscription.dwellings)
    size = homes % {"number": _number(subscription.dwellings)}
    what = _("Devis n° %(number)s") % {"number": subscription.number} + f", {size}"
    period = _("du %(first)s au %(last)s") % _period(subscription)
    return what, period, str(subscription.state.label), _euros(subscription.total_with_vat)


def _period(subscription: Subscription) -> dict[str, str]:
    return {"first": full_day(subscription.starts_on), "last": full_day(subscription.ends_on)}


def _number(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def _euros(amount: Decimal) -> str:
    return f"{number_format(amount.quantize(CENT), decimal_pos=2, use_l10n=True, force_grouping=True)} €"


def _short(rate: Decimal) -> str:
    return f"{rate:.2f}".rstrip("0").rstrip(".").replace(".", ",")
