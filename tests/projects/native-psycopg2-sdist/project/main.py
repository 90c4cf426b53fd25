import psycopg2
try:
    psycopg2.connect("host=127.0.0.1 port=9 connect_timeout=1")
except psycopg2.OperationalError:
    print("ok", psycopg2.__libpq_version__)
