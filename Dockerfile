# Muster for a server: bot, pages and background jobs in one process, SQLite in /data.
#
#   docker build -t muster .
#   docker run -p 8080:8080 -v muster-data:/data --stop-timeout 90 \
#       -e PUBLIC_URL=https://muster.example.org -e MAIL_FROM='Muster <invitations@example.org>' \
#       -e SMTP_URL -e DISCORD_TOKEN -e DISCORD_CLIENT_ID -e DISCORD_CLIENT_SECRET muster

FROM rust:1.95-slim-bookworm AS build
# SQLite is compiled along; OpenSSL is the system's.
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# Without the demo, and so without the stand-ins for Discord and a mail server.
RUN cargo build --release --locked --no-default-features --bin muster

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --user-group --uid 10001 --home-dir /data --shell /usr/sbin/nologin muster \
    && install --directory --owner=muster --group=muster --mode=0700 /data
COPY --from=build /src/target/release/muster /usr/local/bin/muster
USER muster
WORKDIR /data
# The database, the secret key if none is given, and mails as files if there is no mail server.
VOLUME /data
ENV DATABASE_URL=sqlite:/data/muster.db \
    LISTEN_ADDR=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["muster"]
CMD ["serve"]
