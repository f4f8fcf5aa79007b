/** Style sheet, script and icon: the only things that a browser may keep, since their address changes with them. */
import type { FastifyInstance } from 'fastify';
import type { Asset } from '../parts.ts';

export function assetRoutes(server: FastifyInstance, assets: ReadonlyMap<string, Asset>): void {
  for (const [name, { type, body }] of assets) {
    server.get(`/assets/${name}`, async (_request, reply) => {
      await reply.type(type).header('cache-control', 'public, max-age=604800').send(body);
    });
  }
  server.get('/robots.txt', async (_request, reply) => {
    await reply.type('text/plain; charset=utf-8').send('User-agent: *\nDisallow: /\n');
  });
}
