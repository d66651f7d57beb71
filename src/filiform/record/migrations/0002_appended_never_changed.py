"""Triggers and exclusion constraints: what the tables themselves cannot say. See record/appendonly.py for the why."""

from django.db import migrations

from filiform.record import appendonly


def up(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in appendonly.postgresql_up() if postgresql else appendonly.sqlite_up():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [migrations.RunPython(up, migrations.RunPython.noop)]
