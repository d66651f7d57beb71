"""A link may be for the pain drawing, and a drawing by the patient says whether it is finished.

`finished` may be null, so that SQLite adds the column without making the table anew: that would drop the triggers which
hold its rows. The links' table is made anew for its constraint; it has no trigger.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0005_stock'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='patientlink',
            name='link_purpose_known',
        ),
        migrations.AddField(
            model_name='paindrawing',
            name='finished',
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='patientlink',
            name='purpose',
            field=models.CharField(choices=[('screening', 'Screening'), ('follow_up', 'Follow Up'), ('draw', 'Draw')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='patientlink',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['screening', 'follow_up', 'draw'])), name='link_purpose_known'),
        ),
    ]
