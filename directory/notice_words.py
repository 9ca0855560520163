"""The sentences of notices, made from their fields alone, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.periods import day_words, days_words, moment_words, period_words

Fields = Mapping[str, str]

SERVICES = {
    "electricity": gettext_lazy("Électricité"),
    "gas": gettext_lazy("Gaz"),
    "heating": gettext_lazy("Chauffage"),
    "hot_water": gettext_lazy("Eau chaude"),
    "internet": gettext_lazy("Internet"),
}
SERVICE_PICTOGRAMS = {
    "electricity": "charging-station",
    "gas": "fire-station",
    "heating": "hot-spring",
    "hot_water": "hot-spring",
    "internet": "communications-tower",
}
_CUT = {
    "electricity": gettext_lazy("Coupure d’électricité"),
    "gas": gettext_lazy("Coupure de gaz"),
    "heating": gettext_lazy("Pas de chauffage"),
    "hot_water": gettext_lazy("Pas d’eau chaude"),
    "internet": gettext_lazy("Coupure d’internet"),
}
_BACK = {
    "electricity": gettext_lazy("l’électricité est revenue"),
    "gas": gettext_lazy("le gaz est revenu"),
    "heating": gettext_lazy("le chauffage est revenu"),
    "hot_water": gettext_lazy("l’eau chaude est revenue"),
    "internet": gettext_lazy("internet est revenu"),
}
#: Advice in case of danger is ours, not the operator's (docs/legal.md, 5).
_DURING = {
    "electricity": gettext_lazy("Débranchez ce qui craint une remise sous tension, et n’utilisez pas l’ascenseur."),
    "gas": gettext_lazy("Fermez vos robinets de gaz. Odeur de gaz ? Sortez, puis appelez le 18 ou le 112."),
}
COLLECTED = {
    "bulky": gettext_lazy("Encombrants"),
    "household": gettext_lazy("Ordures ménagères"),
    "recycling": gettext_lazy("Emballages et papiers"),
    "glass": gettext_lazy("Verre"),
    "garden": gettext_lazy("Déchets verts"),
    "food": gettext_lazy("Biodéchets"),
}
HAZARDS = {
    "flood": gettext_lazy("Inondation"),
    "storm": gettext_lazy("Tempête"),
    "fire": gettext_lazy("Incendie"),
    "gas_leak": gettext_lazy("Fuite de gaz"),
    "chemical": gettext_lazy("Accident industriel"),
    "structure": gettext_lazy("Risque d’effondrement"),
    "water_quality": gettext_lazy("Eau non potable"),
    "other": gettext_lazy("Danger"),
}
#: Décret n° 67-223 du 17 mars 1967, article 10, which the poster of a meeting's date reproduces (docs/legal.md, 2).
ARTICLE_10 = (
    "À tout moment, un ou plusieurs copropriétaires, ou le conseil syndical, peuvent notifier au syndic la ou les "
    "questions dont ils demandent qu’elles soient inscrites à l’ordre du jour d’une assemblée générale. Le syndic "
    "porte ces questions à l’ordre du jour de la convocation de la prochaine assemblée générale. Toutefois, si la ou "
    "les questions notifiées ne peuvent être inscrites à cette assemblée compte tenu de la date de réception de la "
    "demande par le syndic, elles le sont à l’assemblée suivante. Le ou les copropriétaires ou le conseil syndical qui "
    "demandent l’inscription à l’ordre du jour d’une question notifient au syndic, avec leur demande, le projet de "
    "résolution lorsque cette notification est requise en application des 7° et 8° du I de l’article 11. Lorsque le "
    "projet de résolution porte sur l’application du troisième alinéa de l’article 24 et du b de l’article 25 de la "
    "loi du 10 juillet 1965, il est accompagné d’un document précisant l’implantation et la consistance des travaux. "
    "(Décret n° 67-223 du 17 mars 1967, article 10)"
)


def period(fields: Fields) -> str:
    """Say from when until when, or since when."""
    end = fields.get("end")
    return period_words(datetime.fromisoformat(fields["start"]), datetime.fromisoformat(end) if end else None)


def days(fields: Fields) -> str:
    """Say from which day to which."""
    return days_words(date.fromisoformat(fields["start"]), date.fromisoformat(fields["end"]))


def moment(fields: Fields) -> str:
    """Say at which moment."""
    return moment_words(datetime.fromisoformat(fields["when"]))


def held_on(fields: Fields) -> str:
    """Say on which day it was."""
    return _("réunie %(day)s") % {"day": day_words(date.fromisoformat(fields["held_on"]))}


def day_in_words(day: date) -> str:
    """Say a day."""
    return day_words(day)


def water_cut(fields: Fields) -> list[str]:
    """Say what to do before the water goes."""
    return [_("Gardez un peu d’eau d’avance, et fermez vos robinets avant de sortir."), *_detail(fields)]


def outage_heading(fields: Fields) -> str:
    """Name what is cut off."""
    return str(_CUT[fields["service"]])


def outage(fields: Fields) -> list[str]:
    """Say what to do meanwhile."""
    during = _DURING.get(fields["service"])
    return [*([str(during)] if during else []), *_unknown_end(fields), *_detail(fields)]


def outage_restored(fields: Fields) -> str:
    """Say what is back."""
    return str(_BACK[fields["service"]])


def lift_heading(fields: Fields) -> str:
    """Name the lift that stands still."""
    which = fields.get("which")
    return _("Ascenseur à l’arrêt : %(which)s") % {"which": which} if which else _("Ascenseur à l’arrêt")


def lift(fields: Fields) -> list[str]:
    """Say whether its return is known."""
    return [*_unknown_end(fields), *_detail(fields)]


def works(fields: Fields) -> list[str]:
    """Say where."""
    return [*_where(fields), *_detail(fields)]


def collection_heading(fields: Fields) -> str:
    """Name what is collected."""
    return _("Collecte : %(what)s") % {"what": str(COLLECTED[fields["what"]]).lower()}


def collection(fields: Fields) -> list[str]:
    """Say what to do before."""
    return [_("Sortez-les au plus tôt la veille au soir, sans gêner le passage."), *_where(fields), *_detail(fields)]


def meeting(fields: Fields) -> list[str]:
    """Say where, what an owner may ask for, and that nobody is convened by this."""
    return [
        *_where(fields),
        *_detail(fields),
        _("Chaque copropriétaire peut demander au syndic d’inscrire une question à l’ordre du jour."),
        _("La convocation vous parvient à part, dans les formes prévues par la loi : ceci ne la remplace pas."),
    ]


def decisions(fields: Fields) -> list[str]:
    """Say each decision, and what becomes of the display."""
    return [*fields["decisions"].splitlines(), _("Affiché un mois. Ce n’est pas le procès-verbal.")]


def safety_heading(fields: Fields) -> str:
    """Name the danger."""
    return _("Alerte : %(hazard)s") % {"hazard": str(HAZARDS[fields["hazard"]]).lower()}


def safety(fields: Fields) -> list[str]:
    """Say where, what to do, and whom to call."""
    return [
        *_where(fields),
        *fields["todo"].splitlines(),
        _("En danger immédiat, appelez le 18 ou le 112, ou le 114 par SMS."),
    ]


def poll_until(fields: Fields) -> str:
    """Say until when a poll is open."""
    return _("jusqu’au %(day)s") % {"day": day_words(datetime.fromisoformat(fields["ends_at"]).date())}


def poll(fields: Fields) -> list[str]:
    """Say what stands beside the question, and its answers."""
    return [*fields["text"].splitlines(), " · ".join(fields["choices"].splitlines())]


def _where(fields: Fields) -> list[str]:
    return [_("Lieu : %(place)s.") % {"place": fields["where"].rstrip(".")}] if fields.get("where") else []


def _unknown_end(fields: Fields) -> list[str]:
    return [] if fields.get("end") else [_("L’heure du retour n’est pas encore connue.")]


def _detail(fields: Fields) -> list[str]:
    return fields.get("detail", "").splitlines()
