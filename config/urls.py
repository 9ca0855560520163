"""Every address of the product, app by app; what stands at none of them is told in `config.problems`."""

from django.urls import include, path

from config import legal
from config.administration import administration

urlpatterns = [
    # First, since it is asked most: Django tries one address after the other, and the last of them took 0.1 ms to find.
    path("api/", include("directory.urls")),
    path("covoiturage/api/v1/", include("directory.ride_api.urls")),
    path("", include("maps.urls")),
    path("", include("directory.page_urls")),
    path("", include("directory.display_urls")),
    path("", include("directory.place_urls")),
    path("", include("directory.moderation_urls")),
    path("", include("directory.reaching_urls")),
    path("", include("directory.follow_urls")),
    path("", include("directory.conversation_urls")),
    path("", include("directory.help_urls")),
    path("compte/", include("scopes.signing.urls")),
    path("", include("scopes.home_urls")),
    path("", include("scopes.subscription_urls")),
    path("moi/", include("scopes.rights.urls")),
    path("mentions-legales/", legal.notice, name="legal-notice"),
    path("confidentialite/", legal.privacy, name="privacy"),
    path("accessibilite/", legal.accessible, name="accessibility"),
    path("", include("config.installing")),
    path("exploitation/registre/", administration.urls),
    path("demo/", include("config.demonstration.urls")),
    path("api/", include("geo.urls")),
]
handler400 = "config.problems.bad_request"
handler403 = "config.problems.forbidden"
handler404 = "config.problems.missing"
handler500 = "config.problems.failed"
