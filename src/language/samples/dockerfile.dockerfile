# syntax=docker/dockerfile:1
ARG BASE=debian:12-slim

FROM ${BASE} AS build
WORKDIR /src
COPY --chown=builder:builder . .
# Only what the build needs.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make gcc \
    && make install PREFIX=/out

FROM ${BASE}
LABEL org.opencontainers.image.title="station" version="1.4"
ENV STATION_PORT=8080 \
    STATION_LOG=info
COPY --from=build /out/ /usr/local/
EXPOSE 8080/tcp
USER station
HEALTHCHECK --interval=30s --timeout=3s CMD station --check
VOLUME ["/var/lib/station"]
ENTRYPOINT ["station"]
CMD ["--serve", "0.0.0.0"]
