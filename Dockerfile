# The image of all stages: one executable, and a link to it for every name. See docs/docker.md.
#
#   docker build --tag timecamp-scim .
#   docker buildx build --platform linux/amd64,linux/arm64 --tag … --push .     (compiles for the other one; no emulation)
#
# BuildKit is needed: every engine since 23.0 uses it; older ones with DOCKER_BUILDKIT=1.

# The version is that of rust-toolchain.toml; a test compares them.
FROM --platform=$BUILDPLATFORM rust:1.95.0-slim-bookworm AS toolchain
ARG BUILDARCH
ARG TARGETARCH
ENV CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=x86_64-linux-gnu-gcc \
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
# hadolint ignore=DL3008
RUN set -eu; \
    case "$TARGETARCH" in \
        amd64) target=x86_64-unknown-linux-gnu; gcc="gcc-x86-64-linux-gnu"; libc="libc6-dev-amd64-cross" ;; \
        arm64) target=aarch64-unknown-linux-gnu; gcc="gcc-aarch64-linux-gnu"; libc="libc6-dev-arm64-cross" ;; \
        *) echo "no image for $TARGETARCH: amd64 and arm64 are known" >&2; exit 1 ;; \
    esac; \
    echo "$target" > /target-triple; \
    if [ "$TARGETARCH" != "$BUILDARCH" ]; then \
        apt-get update; \
        apt-get install --yes --no-install-recommends "$gcc" "$libc"; \
        rm -rf /var/lib/apt/lists/*; \
        rustup target add "$target"; \
    fi
WORKDIR /src
COPY . .

# What is compiled stays in cache mounts: a change of one file compiles that crate, not its two hundred dependencies.
FROM toolchain AS build
# release, or image-test for a build in a third of the time that is not for use.
ARG PROFILE=release
RUN --mount=type=cache,id=timecamp-scim-registry,target=/usr/local/cargo/registry \
    --mount=type=cache,id=timecamp-scim-target,target=/src/target,sharing=locked \
    set -eu; \
    target="$(cat /target-triple)"; \
    cargo build --locked --profile "$PROFILE" --target "$target" --package timecamp-scim; \
    install -D --mode=0755 "target/$target/$PROFILE/timecamp-scim" /image/opt/timecamp-scim/bin/timecamp-scim; \
    for name in \
        fetch-bamboohr fetch-azuread fetch-ldap fetch-factorial fetch-okta fetch-hibob \
        prepare prepare-timecamp sync sync-users timecamp-sync sync-time-off display-tree remove-empty-groups; \
    do ln -s timecamp-scim "/image/opt/timecamp-scim/bin/$name"; done; \
    install -d --mode=0750 --owner=65532 --group=65532 /image/app/var

FROM toolchain AS build-sandbox
ARG PROFILE=release
RUN --mount=type=cache,id=timecamp-scim-registry,target=/usr/local/cargo/registry \
    --mount=type=cache,id=timecamp-scim-target,target=/src/target,sharing=locked \
    set -eu; \
    target="$(cat /target-triple)"; \
    cargo build --locked --profile "$PROFILE" --target "$target" --package sandbox; \
    install -D --mode=0755 "target/$target/$PROFILE/sandbox" /image/usr/local/bin/sandbox

# TimeCamp and the HR services, invented, to try the stages on: `docker build --target sandbox .`
FROM gcr.io/distroless/cc-debian12:nonroot AS sandbox
COPY --from=build-sandbox /image/ /
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/sandbox", "--listen", "0.0.0.0", "--port", "8080"]

# No shell, no package manager: glibc, CA certificates, time zones, and ours.
FROM gcr.io/distroless/cc-debian12:nonroot AS stages
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="timecamp-scim" \
      org.opencontainers.image.description="People from HR and identity systems become users and groups in TimeCamp" \
      org.opencontainers.image.source="https://github.com/timecamp-org/timecamp-scim" \
      org.opencontainers.image.documentation="https://github.com/timecamp-org/timecamp-scim/blob/main/docs/docker.md" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.vendor="TimeCamp" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
COPY --from=build /image/ /
# There is no other program in the image that a stage could be mistaken for.
ENV PATH=/opt/timecamp-scim/bin
# The stages look for .env here and keep their files in var/, the only place they write to.
WORKDIR /app
VOLUME /app/var
USER 65532:65532
CMD ["timecamp-scim"]
