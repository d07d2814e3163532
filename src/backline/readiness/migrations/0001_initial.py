from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name='Known',
            fields=[
                ('key', models.TextField(primary_key=True, serialize=False)),
                ('is_hint', models.BooleanField()),
                ('since_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Looked',
            fields=[
                ('only', models.BooleanField(default=True, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('only', True)), name='looked_is_one')],
            },
        ),
    ]
