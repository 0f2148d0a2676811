from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """What PostgreSQL needs for exclusion constraints and for search; nothing on SQLite."""

    initial = True
    operations = [BtreeGistExtension(), TrigramExtension()]
