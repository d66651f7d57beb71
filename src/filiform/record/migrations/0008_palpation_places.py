"""A finding of the hand is kept when it is tapped, so the others may not be known yet; and every point has its place.

SQLite makes the table of palpations anew for that, and a table made anew has lost its triggers: they are put back here.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from filiform.record import held


def hold(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    tables = ["record_palpationplace"] if vendor == "postgresql" else ["record_palpation", "record_palpationplace"]
    for table in tables:
        for statement in held.hold(table, vendor):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0007_drawing_by_link'),
    ]

    operations = [
        migrations.AlterField(
            model_name='palpation',
            name='familiar_pain',
            field=models.BooleanField(null=True),
        ),
        migrations.AlterField(
            model_name='palpation',
            name='taut_band',
            field=models.BooleanField(null=True),
        ),
        migrations.AlterField(
            model_name='palpation',
            name='tenderness',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='palpation',
            name='twitch',
            field=models.BooleanField(null=True),
        ),
        migrations.CreateModel(
            name='PalpationPlace',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=64)),
                ('number', models.PositiveSmallIntegerField()),
                ('view', models.CharField(blank=True, max_length=20)),
                ('x', models.DecimalField(decimal_places=1, max_digits=5)),
                ('y', models.DecimalField(decimal_places=1, max_digits=5)),
                ('palpation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='record.palpation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 20)), name='palpation_place_number_1_to_20'), models.CheckConstraint(condition=models.Q(models.Q(('view', ''), _negated=True), models.Q(('x', 0), ('y', 0)), _connector='OR'), name='palpation_place_taken_back_is_nowhere')],
            },
        ),
        migrations.RunPython(hold, migrations.RunPython.noop),
    ]
