"""Addresses of what two people write to each other; none says who they are, or about what."""

from django.urls import path

from directory.pages import own_rides, private_messages, promises

urlpatterns = [
    path("messages/", private_messages.listed, name="conversations"),
    path("messages/a/<uuid:public_id>/", private_messages.begin, name="write-to-author"),
    path("messages/repris/<uuid:public_id>/", private_messages.withdraw, name="message-withdraw"),
    path("messages/photo/<uuid:public_id>/", private_messages.photo, name="message-photo"),
    path("messages/<uuid:public_id>/", private_messages.conversation, name="conversation"),
    path("messages/<uuid:public_id>/joindre/", private_messages.show_contact, name="show-contact"),
    path("messages/<uuid:public_id>/silence/", private_messages.be_quiet, name="conversation-quiet"),
    path("messages/<uuid:public_id>/ne-plus-lire/", private_messages.block, name="conversation-block"),
    path("messages/<uuid:public_id>/promettre/", promises.promise, name="promise"),
    path("promesse/<uuid:public_id>/finir/", promises.end, name="promise-end"),
    path("promesse/<uuid:public_id>/rendu/", promises.say_returned, name="promise-returned"),
    path("covoiturages/<uuid:public_id>/demander/", own_rides.ask, name="ride-ask"),
    path("covoiturages/<uuid:public_id>/pas-ce-jour/", own_rides.call_off_day, name="ride-day-off"),
    path("mes-trajets/", own_rides.listed, name="own-rides"),
    path("mes-trajets/<uuid:public_id>/", own_rides.answer, name="own-ride"),
    path("mes-trajets/<uuid:public_id>/trajet.ics", own_rides.calendar, name="own-ride-calendar"),
    path("echange/<uuid:public_id>/fait/", promises.finish, name="exchange-done"),
]
