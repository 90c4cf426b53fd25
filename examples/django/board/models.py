from django.db import models
from django.utils import timezone


class Notice(models.Model):
    """Something that is pinned up, for a while or for good."""

    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    pinned_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pinned_at", "-id")

    def __str__(self) -> str:
        return self.title
