from django.contrib import admin

from board.models import Notice


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    list_display = ("title", "pinned_at", "ends_at")
    search_fields = ("title", "text")
