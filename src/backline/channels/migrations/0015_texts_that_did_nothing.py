# Texts that led to nothing are kept among the mails that came in

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0014_the_whole_mail'),
    ]

    operations = [
        migrations.AlterField(
            model_name='received',
            name='kind',
            field=models.CharField(choices=[('WORD', 'WORD'), ('BOUNCE', 'BOUNCE'), ('DELIVERED', 'DELIVERED'), ('ABSENCE', 'ABSENCE'), ('OURS', 'OURS'), ('ROBOT', 'ROBOT'), ('UNREADABLE', 'UNREADABLE'), ('TEXT', 'TEXT')], max_length=10),
        ),
    ]
