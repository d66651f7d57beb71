"""Needles in stock: lots, what came in or was put away, recalls; and the events of packs found by their lot.

All three tables are appended only. The index is made from the ledger as it stands: packs that were opened before are found.
"""

import uuid

import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models

import filiform.record.models.stock
from filiform.record import held

TABLES = ("record_lot", "record_lotmove", "record_lotrecall")


def hold(apps, schema_editor):
    for table in TABLES:
        for statement in held.hold(table, schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0004_late_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=60)),
                ('number', models.CharField(max_length=60)),
                ('maker', models.CharField(max_length=80)),
                ('gauge_mm', models.DecimalField(decimal_places=2, max_digits=4)),
                ('length_mm', models.DecimalField(decimal_places=1, max_digits=5)),
                ('needles', models.PositiveSmallIntegerField()),
                ('expiry', models.DateField()),
                ('practice', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.practice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'key'), name='lot_once'), models.CheckConstraint(condition=models.Q(models.Q(('key', ''), _negated=True), models.Q(('number', ''), _negated=True), models.Q(('maker', ''), _negated=True)), name='lot_is_named'), models.CheckConstraint(condition=models.Q(('needles__gte', 1), ('needles__lte', 200)), name='lot_needles_1_to_200')],
            },
        ),
        migrations.CreateModel(
            name='LotMove',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('received', 'Received'), ('put_away', 'Put Away')], max_length=10)),
                ('packs', models.PositiveIntegerField()),
                ('because', models.CharField(blank=True, max_length=300)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='record.lot')),
                ('place', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.place')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['received', 'put_away'])), name='lot_move_kind_known'), models.CheckConstraint(condition=models.Q(('packs__gte', 1)), name='lot_move_of_a_pack_at_least'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'put_away'), _negated=True), models.Q(('because', ''), _negated=True), _connector='OR'), name='lot_put_away_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='LotRecall',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=64)),
                ('because', models.CharField(max_length=300)),
                ('lot', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recall', to='record.lot')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('because', ''), _negated=True), name='recall_says_why')],
            },
        ),
        migrations.AddIndex(
            model_name='sessionevent',
            index=models.Index(filiform.record.models.stock.LotOf('body'), condition=models.Q(django.db.models.lookups.IsNull(filiform.record.models.stock.LotOf('body'), False)), name='event_by_lot'),
        ),
        migrations.RunPython(hold, migrations.RunPython.noop),
    ]
