# MinIO, compiled from its last commit: its project publishes no current image. AGPL-3.0; a process of its own, of which
# nothing is part of Copydesk. The command is the one of infra/native/build.py (a test holds them equal).
ARG GO=1.26.8-alpine
ARG ALPINE=3.22.3

FROM golang:${GO} AS build
ENV CGO_ENABLED=0 GOTOOLCHAIN=local GOBIN=/opt/bin
RUN go install -v -trimpath -ldflags "-s -w" github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c

FROM alpine:${ALPINE}
LABEL org.opencontainers.image.title="MinIO" org.opencontainers.image.licenses="AGPL-3.0-only" \
    org.opencontainers.image.source="https://github.com/minio/minio"
# MinIO asks for the home of its user before anything else, and this user has no entry in /etc/passwd.
ENV HOME=/var/lib/minio
COPY --from=build /opt/bin/minio /usr/local/bin/minio
COPY --from=build /go/pkg/mod/github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c/LICENSE /usr/share/licenses/minio/LICENSE
RUN mkdir -p /var/lib/minio/data /var/lib/minio/certs && chown -R 10001:10001 /var/lib/minio
USER 10001:10001
ENTRYPOINT ["minio"]
CMD ["server", "/var/lib/minio/data", "--address", ":9000", "--console-address", ":9001", "--certs-dir", "/var/lib/minio/certs"]
