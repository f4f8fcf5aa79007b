# Plain on purpose. Not run where it was written (no Docker engine there): see docs/operators.md.
FROM node:24-slim
WORKDIR /usher
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY . .
RUN mkdir -p /data && chown node:node /data
USER node
ENV NODE_COMPILE_CACHE=/data/compile-cache \
    USHER_DATA=/data \
    USHER_LISTEN_SMTP=0.0.0.0:2525 \
    USHER_LISTEN_MILTER=0.0.0.0:8896 \
    USHER_LISTEN_WEB=0.0.0.0:8025 \
    USHER_LISTEN_OPS=0.0.0.0:8026
EXPOSE 2525 8896 8025 8026
VOLUME /data
# Node itself, not npm, so that SIGTERM reaches it.
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=100", "src/launch.js", "start"]
