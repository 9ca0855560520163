"""From a file of open data to an inactive release: read, repaired, checked, copied, reported."""

from geo.importing.loading import load
from geo.importing.rows import Ignored, Rejected, Row

__all__ = ["Ignored", "Rejected", "Row", "load"]
