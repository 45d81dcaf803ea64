"""What the bank keeps of each remitted debit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payzen_sandbox", "0002_back_office")]

    operations = [
        migrations.AddField(
            model_name="transaction",
            name="fee_cents",
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
