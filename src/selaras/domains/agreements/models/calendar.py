from django.db import models


class Calendar(models.Model):
    """Opening hours of a week in a time zone; with its holidays it says which time counts."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64, default="Asia/Jakarta")
    # {"mon": [["08:00", "12:00"], ["13:00", "24:00"]], …}; rules.compile_calendar checks it
    week = models.JSONField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class CalendarHoliday(models.Model):
    """A local date on which nothing counts, by its name in both languages."""

    calendar = models.ForeignKey(
        "agreements.Calendar", on_delete=models.CASCADE, related_name="holidays", db_index=False
    )
    date = models.DateField()
    name_id = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="holiday_once")]
