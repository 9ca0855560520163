"""Static files under names that tell their content, compressed, kept by browsers for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hashes what modules import, too: a page never mixes scripts of two versions."""

    support_js_module_import_aggregation = True
