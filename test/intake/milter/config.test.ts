/** The settings of the milter's socket. */
import { loadConfig } from '../../../src/config.ts';

const milterOf = (env: Record<string, string>) => loadConfig(null, env, '/srv').config?.milter;

test('by default whoever started Usher and their group may connect', () => expect(milterOf({})).toEqual({ socketMode: 0o660, socketOwner: null }));
test('mode and owner are taken as chmod and chown take them', () =>
  expect(milterOf({ USHER_MILTER_SOCKET_MODE: '0666', USHER_MILTER_SOCKET_OWNER: 'usher:postfix' })).toEqual({ socketMode: 0o666, socketOwner: 'usher:postfix' }));
test.each(['8', '0999', '77777', 'rw-rw----'])('no mode: %s', (mode) => expect(loadConfig(null, { USHER_MILTER_SOCKET_MODE: mode }, '/srv').problems).toHaveLength(1));
test.each(['-R', 'a b', 'a:b:c', ''])('no owner: %j', (owner) => expect(loadConfig(null, { USHER_MILTER_SOCKET_OWNER: owner }, '/srv').problems).toHaveLength(1));
test('listeners', () => expect(loadConfig(null, { USHER_LISTEN_MILTER: '127.0.0.1:8896,unix:m.sock' }, '/srv').config?.listen.milter).toEqual([{ host: '127.0.0.1', port: 8896 }, { path: '/srv/m.sock' }]));
