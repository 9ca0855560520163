"""What organisations say is found by the sign of the page that it speaks from, else by their name."""

from django.db import migrations

ADD_NAMES = """
    UPDATE directory_searchentry entry
    SET words = concat_ws(' ', entry.words, lower(unaccent(COALESCE(page.title, speaker.name))))
    FROM directory_listing listing
    LEFT JOIN (
        SELECT listing_ptr_id, place_id FROM directory_news
        UNION ALL SELECT listing_ptr_id, place_id FROM directory_promotion
    ) said ON said.listing_ptr_id = listing.id
    LEFT JOIN directory_listing page ON page.id = said.place_id
    LEFT JOIN scopes_organisation speaker ON speaker.id = listing.organisation_id
    WHERE listing.id = entry.listing_id AND listing.kind IN ('event', 'news', 'promotion')
      AND (page.id IS NOT NULL OR speaker.id IS NOT NULL)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0046_volunteers'),
    ]

    operations = [migrations.RunSQL(ADD_NAMES, migrations.RunSQL.noop)]
