/** The web server for people: what holds for every answer. Routes stand in routes/, what they show in views/. */
import { createHash } from 'node:crypto';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { review } from '../message/limits.ts';
import type { ReviewParts } from './parts.ts';
import { PageContext } from './page-context.ts';
import { Throttle } from './throttle.ts';
import { assetRoutes } from './routes/assets.ts';
import { linkRoutes } from './routes/link.ts';
import { listRoutes } from './routes/list.ts';
import { messageRoutes } from './routes/message.ts';
import { ownerRoutes } from './routes/owners.ts';
import { peopleRoutes } from './routes/people.ts';
import { signInRoutes } from './routes/sign-in.ts';

/** No inline script or style, nothing from elsewhere, no frames but our own preview. */
const CSP = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': CSP,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
};

/** Not listening yet; `close` ends it. */
export function reviewServer(parts: ReviewParts): FastifyInstance {
  const { log } = parts;
  const server = fastify({
    // Addresses of requests carry tokens, so the library must not log them.
    logger: false,
    trustProxy: [...parts.config.trustedNetworks],
    bodyLimit: review.bodyMaxBytes,
    requestTimeout: review.requestTimeoutMs,
    connectionTimeout: review.requestTimeoutMs,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 2_000, ignoreTrailingSlash: false },
  });
  server.server.maxConnections = review.connectionsMax;
  const assetVersion = versionOf(parts);
  const throttle = new Throttle(parts.clock);
  const context = new PageContext(parts, assetVersion, throttle);
  readForms(server);
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers(HEADERS);
    if (parts.config.publicUrl.startsWith('https:')) reply.header('strict-transport-security', 'max-age=31536000');
  });
  server.addHook('onRequest', async (request, reply) => {
    if (request.method === 'POST' && !comesFromUs(request, parts.config.publicUrl)) await context.sayForbidden(request, reply);
  });
  server.addHook('onResponse', async (request, reply) => {
    // The pattern of the route, never the address itself.
    log.info({ method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 }, 'page');
  });
  server.setNotFoundHandler(async (request, reply) => context.say(request, reply, 404, 'not-found'));
  server.setErrorHandler(async (error: FastifyError, request, reply) => failed(error, request, reply, context, parts));
  assetRoutes(server, parts.assets);
  signInRoutes(server, context);
  linkRoutes(server, context);
  listRoutes(server, context);
  messageRoutes(server, context);
  peopleRoutes(server, context);
  ownerRoutes(server, context);
  return server;
}

/** Forms as a browser sends them. One-click unsubscribing may send multipart (RFC 8058 section 3.2), whose content says nothing more. */
function readForms(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => done(null, new URLSearchParams(String(body))));
  server.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (_request, _body, done) => done(null, new URLSearchParams()));
}

/**
 * Whether a POST may come from a page of ours. Our pages send no referrer, so browsers say `Origin: null`; they also say
 * Sec-Fetch-Site. Programs that are no browsers (one-click unsubscribing) say neither, and have no cookie to misuse.
 */
function comesFromUs(request: FastifyRequest, publicUrl: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const origin = request.headers.origin;
  if (origin === undefined || origin === 'null') return true;
  return origin === originOf(publicUrl) || origin === `${request.protocol}://${request.host}`;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}

async function failed(error: FastifyError, request: FastifyRequest, reply: FastifyReply, context: PageContext, { log }: ReviewParts): Promise<void> {
  const status = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : 500;
  if (status === 500) log.error({ err: error, method: request.method, route: request.routeOptions.url ?? 'unknown' }, 'a page failed');
  await context.say(request, reply, status, status === 500 ? 'failed' : 'bad-request');
}

function versionOf({ assets }: ReviewParts): string {
  const hash = createHash('sha256');
  for (const [name, { body }] of assets) hash.update(`${name}\n${body}\n`);
  return hash.digest('hex').slice(0, 10);
}

