"""Events of a session that came too late to count, or without proof of who entered them: a table of their own.

The ledger of a closed session takes nothing more, and what happened must not be lost. Appended only, as the ledger is.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from filiform.record import held


def hold(apps, schema_editor):
    for statement in held.hold("record_asideevent", schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0003_procedures'),
    ]

    operations = [
        migrations.CreateModel(
            name='AsideEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64)),
                ('why', models.CharField(choices=[('closed', 'Closed'), ('unproven', 'Unproven')], max_length=10)),
                ('body', models.JSONField()),
                ('received_at', models.DateTimeField()),
                ('received_by', models.CharField(max_length=64)),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='aside', to='record.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'event_id', 'digest'), name='aside_event_once'), models.CheckConstraint(condition=models.Q(('why__in', ['closed', 'unproven'])), name='aside_event_why_known')],
            },
        ),
        migrations.RunPython(hold, migrations.RunPython.noop),
    ]
