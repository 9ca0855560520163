"""Addresses of what is followed: public feeds, and what a person follows."""

from django.urls import path, re_path

from directory.pages import follows, public_feeds

urlpatterns = [
    re_path(r"^fil/(?P<token>[0-9a-z]{1,64})\.(?P<form>atom|geojson|ics)$", public_feeds.feed, name="feed"),
    path("fil/finir/<slug:token>/", public_feeds.end, name="end-feed"),
    path("moi/suivis/", follows.mine, name="follows"),
    path("moi/suivis/<uuid:handle>/", follows.change_how, name="change-follow"),
    path("moi/suivis/<uuid:handle>/pause/", follows.hold, name="pause-follow"),
    path("moi/suivis/<uuid:handle>/finir/", follows.end, name="end-follow"),
]
