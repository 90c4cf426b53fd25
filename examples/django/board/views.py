from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from board.models import Notice


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    current = Notice.objects.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
    return render(request, "board/notices.html", {"notices": current})


@require_GET
def health(_: HttpRequest) -> JsonResponse:
    """The database answers and is migrated, or 503."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return JsonResponse({"status": "failed", "database": type(error).__name__}, status=503)
    if waiting:
        return JsonResponse({"status": "failed", "migrations": len(waiting)}, status=503)
    return JsonResponse({"status": "ok", "notices": Notice.objects.count()})
