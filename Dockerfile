# The server and the command line, static, without a shell, not as root.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/ ./cmd/etalond ./cmd/etalon \
    && mkdir -p /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/etalond /out/etalon /usr/local/bin/
COPY --from=build --chown=nonroot:nonroot /out/data /var/lib/etalon
ENV ETALON_DATA_DIR=/var/lib/etalon \
    ETALON_GRPC_LISTEN=:7420 \
    ETALON_HTTP_LISTEN=:7421
VOLUME /var/lib/etalon
EXPOSE 7420 7421
# Listening beyond loopback wants TLS, or --insecure behind something that has it.
ENTRYPOINT ["/usr/local/bin/etalond"]
