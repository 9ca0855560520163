"""Django application `scopes`."""

from django.apps import AppConfig
from django.contrib.auth import user_logged_in, user_logged_out
from django.utils.translation import gettext_lazy as _


class ScopesConfig(AppConfig):
    """The application `scopes`: says what it knows of people."""

    name = "scopes"
    verbose_name = _("Personnes et organismes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what an export tells, erasing takes away and follows when a mandate ends; notice who signs in."""
        from geo import activation
        from scopes.organisations import telling
        from scopes.organisations.holdings import register_organisations
        from scopes.proofs.holdings import register_proofs
        from scopes.pushing import unsubscribe_another, unsubscribe_on_leaving
        from scopes.registries import before_handing_over, on_mandate_ending
        from scopes.regrouped import look_at_mandates
        from scopes.rights.fresh import remember_sign_in
        from scopes.rights.holdings import register_people
        from scopes.subscriptions.holdings import register_subscriptions

        register_people()
        register_proofs()
        register_organisations()
        register_subscriptions()
        before_handing_over(telling.TEMPLATE, telling.still_told)
        on_mandate_ending(telling.tell_it_is_over)
        activation.around("buildings")(look_at_mandates)
        user_logged_in.connect(remember_sign_in)
        user_logged_in.connect(unsubscribe_another)
        user_logged_out.connect(unsubscribe_on_leaving)
