"""Addresses of the pages of what people write to each other; none of them says where anyone lives."""

from django.urls import path

from directory.pages import conversation, spaces, writing

urlpatterns = [
    path("immeuble/", spaces.residence, name="residence"),
    path("quartier/", spaces.quarter, name="quarter"),
    path("ville/", spaces.town, name="town"),
    path("publier/", writing.publish, name="publish"),
    path("mot/<uuid:public_id>/", conversation.post, name="post"),
    path("mot/<uuid:public_id>/modifier/", writing.change, name="post-change"),
    path("mot/<uuid:public_id>/retirer/", writing.withdraw, name="post-withdraw"),
    path("mot/<uuid:public_id>/reponses/", writing.close_answers, name="post-answers"),
    path("mot/<uuid:public_id>/ouvrir/", writing.open_to, name="post-open"),
    path("reponse/<uuid:public_id>/retirer/", conversation.withdraw_answer, name="answer-withdraw"),
]
