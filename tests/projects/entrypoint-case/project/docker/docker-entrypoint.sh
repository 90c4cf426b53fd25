#!/bin/bash
set -euo pipefail

serve() {
    # the database is asked for as long as it takes
    until python -c 'import socket' 2>/dev/null; do
        sleep 1
    done
    exec gunicorn --config /etc/lighthouse/gunicorn.py lighthouse.web:app "$@"
}

if [[ -n ${DEBUG:-} && $1 == web ]]; then
    exec flask --app lighthouse.web run --debug
fi

if [ "${1:0:1}" = "-" ]; then
    set -- web "$@"
fi

case "$1" in
    web)
        shift
        [ "${SKIP_TABLES:-no}" = "yes" ] || python -m lighthouse.tables
        serve "$@"
        ;;
    worker)
        exec python -m lighthouse.worker
        ;;
    *)
        exec "$@"
        ;;
esac
