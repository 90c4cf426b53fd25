#!/bin/sh
set -eu
command="$1"
shift
if [ "$command" = "serve" ]; then
    if [ "${SPECIES:-}" = "" ]; then
        echo "SPECIES is not set" >&2
        exit 1
    fi
    exec uvicorn catch.api:app --host 0.0.0.0 --port 8075 "$@"
else
    exec python -m "catch.$command" "$@"
fi
