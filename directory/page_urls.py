"""Addresses of the pages of what people write to each other; none of them says where anyone lives."""

from django.urls import path

from directory.pages import asking, conversation, handling, mine, polls, posters, reading, sending, spaces, writing

urlpatterns = [
    path("immeuble/", spaces.residence, name="residence"),
    path("quartier/", spaces.quarter, name="quarter"),
    path("ville/", spaces.town, name="town"),
    path("moi/vu/", mine.as_seen, name="as-seen"),
    path("moi/liste/", mine.list_oneself, name="list-oneself"),
    path("moi/mots/", mine.words, name="my-words"),
    path("moi/mots/<uuid:public_id>/redire/", mine.say_again, name="say-again"),
    path("affiche/", posters.choose, name="poster-templates"),
    path("affiche/<slug:code>/", posters.make, name="poster-maker"),
    path("publier/", writing.publish, name="publish"),
    path("avis/", sending.desk, name="notice-desk"),
    path("avis/envoi/<uuid:handle>/relu/", sending.approve_notice, name="approve-notice"),
    path("avis/envoi/<uuid:handle>/reprendre/", sending.take_notice_back, name="take-notice-back"),
    path("avis/envoi/<uuid:handle>/retabli/", sending.notice_is_over, name="notice-is-over"),
    path("avis/envoi/<uuid:handle>/affiches/", sending.notice_posters, name="notice-posters"),
    path("avis/<uuid:public_id>/lu/", reading.read, name="notice-read"),
    path("avis/demandes/", handling.asked_list, name="asks"),
    path("avis/demandes/<uuid:public_id>/", handling.asked, name="asked"),
    path("avis/demandes/<uuid:public_id>/clore/", handling.close, name="asked-close"),
    path("demandes/", asking.mine, name="my-asks"),
    path("demandes/a/<uuid:handle>/", asking.write, name="ask-organisation"),
    path("demandes/photo/<uuid:public_id>/", handling.photo, name="ask-photo"),
    path("demandes/<uuid:public_id>/", asking.one, name="ask"),
    path("demandes/<uuid:public_id>/retirer/", asking.withdraw, name="ask-withdraw"),
    path("publier/sondage/", polls.ask, name="ask-all"),
    path("sondage/<uuid:public_id>/", polls.poll, name="poll"),
    path("sondage/<uuid:public_id>/reprendre/", polls.take_back, name="poll-take-back"),
    path("sondage/<uuid:public_id>/retirer/", polls.withdraw, name="poll-withdraw"),
    path("mot/<uuid:public_id>/", conversation.post, name="post"),
    path("mot/<uuid:public_id>/modifier/", writing.change, name="post-change"),
    path("mot/<uuid:public_id>/retirer/", writing.withdraw, name="post-withdraw"),
    path("mot/<uuid:public_id>/reponses/", writing.close_answers, name="post-answers"),
    path("mot/<uuid:public_id>/ouvrir/", writing.open_to, name="post-open"),
    path("reponse/<uuid:public_id>/retirer/", conversation.withdraw_answer, name="answer-withdraw"),
]
