"""Procedures become part of the background that screening reads: the table, its triggers, and what was imported before.

Until here an imported Procedure was kept as its source only, and a lung transplant in it reached no rule. A second import
of the same file changes nothing, so the rows are made here, from the sources as they came. The reading is a copy, small
and frozen: a migration must do the same thing for ever, whatever `interop.fhir` becomes. What it cannot read stays a source.
"""

import json
import re
import uuid
from datetime import date

import django.db.models.deletion
from django.db import migrations, models

from filiform.record import held

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def hold(apps, schema_editor):
    for statement in held.hold("record_procedure", schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def read_sources(apps, schema_editor):
    procedure = apps.get_model("record", "Procedure")
    sources = apps.get_model("record", "ImportedResource").objects.filter(resource_type="Procedure", refused_because="")
    rows = (_row(procedure, source) for source in sources.order_by("id").iterator(500))
    batch = []
    for row in rows:
        if row is not None:
            batch.append(row)
        if len(batch) == 500:
            procedure.objects.bulk_create(batch)
            batch = []
    procedure.objects.bulk_create(batch)


def _row(procedure, source):
    content = json.loads(source.content)
    concept = content.get("code")
    if not isinstance(concept, dict) or content.get("modifierExtension") or content.get("implicitRules"):
        return None
    codings = [one for one in concept.get("coding") or [] if isinstance(one, dict)]
    coded = next((one for one in codings if one.get("code")), {})
    shown = next((one["display"] for one in codings if one.get("display")), "")
    system, code = str(coded.get("system") or ""), str(coded.get("code") or "")
    text = str(concept.get("text") or shown or (f"code {code} ({system or 'no code system'})" if code else ""))
    if not text or len(system) > 200 or len(code) > 100:
        return None
    period = content.get("performedPeriod")
    period = period if isinstance(period, dict) else {}
    began = content.get("performedDateTime") or period.get("start") or content.get("performedString") or ""
    return procedure(
        recorded_at=source.recorded_at,
        recorded_by=source.recorded_by,
        patient_id=source.patient_id,
        source_id=source.id,
        text=text if len(text) <= 500 else text[:499] + "…",
        code_system=system,
        code=code,
        status=str(content.get("status") or "")[:60],
        began_said=str(began)[:40],
        began_on=_day(began),
        ended_said=str(period.get("end") or "")[:40],
        ended_on=_day(period.get("end")),
    )


def _day(said):
    if not isinstance(said, str) or not _DAY.match(said):
        return None
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        return None


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0002_appended_never_changed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Procedure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=64)),
                ('text', models.CharField(max_length=500)),
                ('code_system', models.CharField(blank=True, max_length=200)),
                ('code', models.CharField(blank=True, max_length=100)),
                ('status', models.CharField(blank=True, max_length=60)),
                ('verification', models.CharField(blank=True, max_length=60)),
                ('began_said', models.CharField(blank=True, max_length=40)),
                ('began_on', models.DateField(blank=True, null=True)),
                ('ended_said', models.CharField(blank=True, max_length=40)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.patient')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.importedresource')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('code', ''), _negated=True), _connector='OR'), name='procedure_says_something'), models.UniqueConstraint(condition=models.Q(('source__isnull', False)), fields=('source',), name='procedure_read_once')],
            },
        ),
        migrations.RunPython(read_sources, migrations.RunPython.noop),
        migrations.RunPython(hold, migrations.RunPython.noop),
    ]
