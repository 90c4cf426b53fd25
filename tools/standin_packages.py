"""What the base images hold, as Debian packages: the lists of their own recipes."""

__all__ = ["BUILDPACK", "DISTROLESS", "HEADERS", "RUNTIME"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# What the official slim images install, and the libraries that Python links.
RUNTIME = _words("""
    ca-certificates netbase tzdata libbz2-1.0 libffi8 libgdbm6t64 liblzma5 libncursesw6 libreadline8t64
    libsqlite3-0 libssl3t64 libuuid1 zlib1g
""")

# What buildpack-deps holds, in its three stages: curl, version control, compilers with headers.
BUILDPACK = _words("""
    ca-certificates curl gnupg netbase sq tzdata wget
    git mercurial openssh-client procps subversion
    autoconf automake bzip2 default-libmysqlclient-dev dpkg-dev file g++ gcc imagemagick libbz2-dev libc6-dev
    libcurl4-openssl-dev libdb-dev libevent-dev libffi-dev libgdbm-dev libglib2.0-dev libgmp-dev libjpeg-dev
    libkrb5-dev liblzma-dev libmagickcore-dev libmagickwand-dev libmaxminddb-dev libncurses5-dev
    libncursesw5-dev libpng-dev libpq-dev libreadline-dev libsqlite3-dev libssl-dev libtool libwebp-dev
    libxml2-dev libxslt1-dev libyaml-dev make patch unzip xz-utils zlib1g-dev uuid-dev
""")

# What compiling Python needs, so that every module of its library is there.
HEADERS = _words("""
    ca-certificates gcc libc6-dev make libbz2-dev libffi-dev libgdbm-dev liblzma-dev libncurses-dev
    libreadline-dev libsqlite3-dev libssl-dev uuid-dev zlib1g-dev xz-utils
""")

# What distroless' python3 holds; {minor} is Python's version.
DISTROLESS = _words("""
    base-files netbase tzdata media-types ca-certificates libc6 libgcc-s1 libstdc++6 libssl3t64 zlib1g
    libbz2-1.0 libdb5.3t64 libexpat1 libffi8 liblzma5 libncursesw6 libtinfo6 libreadline8t64 libsqlite3-0
    libuuid1 libzstd1 python{minor}-minimal libpython{minor}-minimal libpython{minor}-stdlib
""")
