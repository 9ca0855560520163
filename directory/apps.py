"""Django application `directory`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """The application `directory`."""

    name = "directory"
    verbose_name = _("Annonces")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the categories of the file in the database after every migration; say what is known of people.

        And say what follows when places change.
        """
        from directory.announcing import TEMPLATE, still_told
        from directory.categories import sync_categories
        from directory.claiming import end_claims_of
        from directory.digests import TEMPLATE as DIGEST
        from directory.digests import write as write_digest
        from directory.ending_agreements import end_agreements_of
        from directory.following import follow_places
        from directory.follows import end_follows_of
        from directory.missed_visits import VISIT, still_missed
        from directory.notifying import stop_under
        from directory.pausing import pause_listings
        from directory.personal import register_listings
        from directory.personal_analyses import register_analyses
        from directory.personal_claims import register_claims
        from directory.personal_conversations import register_conversations
        from directory.personal_help import register_helps
        from directory.personal_reactions import register_reactions
        from directory.polling import forget_votes
        from directory.reaching import REMARKS
        from directory.reaching_holdings import register_reaching
        from directory.reading import forget_marks
        from directory.telling_remarks import write as write_of_remarks
        from directory.trusting import leave_circles
        from directory.volunteering import end_volunteers_of
        from geo import activation
        from scopes.registries import before_handing_over, on_ending, on_leaving, on_mandate_ending, written_for_each

        register_listings()
        register_reaching()
        register_reactions()
        register_claims()
        register_conversations()
        register_helps()
        register_analyses()
        on_ending(end_claims_of)
        on_ending(end_volunteers_of)
        on_leaving(end_agreements_of)
        on_leaving(pause_listings)
        on_leaving(forget_votes)
        on_leaving(forget_marks)
        on_leaving(end_follows_of)
        on_leaving(leave_circles)
        on_mandate_ending(stop_under)
        before_handing_over(TEMPLATE, still_told)
        before_handing_over(VISIT, still_missed)
        written_for_each(DIGEST, write_digest)
        written_for_each(REMARKS, write_of_remarks)
        for dataset in ("municipalities", "neighbourhoods", "buildings", "streets"):
            activation.after(dataset)(follow_places)
        post_migrate.connect(sync_categories, sender=self)
