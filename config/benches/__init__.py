"""Measurements of Alentour beside its peers; imported by no one but `./manage.py bench`."""
