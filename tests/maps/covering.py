"""A toy town with bakeries, and its analysis as the page and the files are asked for it."""

from django.http import QueryDict

from directory.analysis_models import Analysis
from directory.coverage import cover
from directory.coverage_choices import read_choices
from directory.findings import Findings, findings_of
from directory.keeping_analyses import keep
from directory.publishing import publish

QUERY = "town=77998&service=bakery&within=500m"


def with_bakery(town):
    """The toy town, with a bakery in its south-west."""
    opens(town, 500, 500)
    return town


def opens(town, x: float, y: float):
    """A bakery so many metres from the south-west corner."""
    point = town.point(x, y)
    return publish(category="bakery", title="Au pain d’or", municipality=town.municipality, location=point)


def found(query: str = QUERY) -> Findings:
    return findings_of(cover(read_choices(QueryDict(query))))


def kept_by(account, query: str = QUERY) -> Analysis:
    return keep(account=account, query=QueryDict(query))
