"""Addresses of the API of listings."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from directory.api import ListingViewSet
from directory.operators import views as operators
from directory.views import meeting_points, nearby

router = SimpleRouter()
router.register("listings", ListingViewSet, basename="listing")

urlpatterns = [
    path("nearby/", nearby, name="nearby"),
    path("meeting-points/", meeting_points, name="meeting-points"),
    path("notices/", operators.Notices.as_view(), name="notices"),
    path("notices/reasons/", operators.Reasons.as_view(), name="notice-reasons"),
    path("notices/<uuid:handle>/", operators.Status.as_view(), name="notice-status"),
    path("notices/<uuid:handle>/take-back/", operators.TakeBack.as_view(), name="notice-take-back"),
    path("notices/<uuid:handle>/all-clear/", operators.AllClear.as_view(), name="notice-all-clear"),
    *router.urls,
]
