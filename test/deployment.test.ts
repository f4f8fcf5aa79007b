/** The compose file and the Dockerfile cannot be run here; their shape and what they name can be checked. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { loadConfig } from '../src/config.ts';

const root = resolve(__dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

/** The part of the Compose Specification that our file uses; nothing else may stand in it. */
const composeSchema = {
  type: 'object', additionalProperties: false, required: ['services'],
  properties: {
    volumes: { type: 'object', additionalProperties: { type: ['object', 'null'] } },
    services: { type: 'object', minProperties: 1, additionalProperties: {
      type: 'object', additionalProperties: false,
      properties: {
        build: { type: 'string' }, init: { type: 'boolean' }, restart: { enum: ['no', 'always', 'on-failure', 'unless-stopped'] },
        stop_grace_period: { type: 'string', pattern: '^[0-9]+s$' },
        ports: { type: 'array', uniqueItems: true, items: { type: 'string', pattern: '^[0-9.]+:[0-9]+:[0-9]+$' } },
        environment: { type: 'object', additionalProperties: { type: 'string' } },
        volumes: { type: 'array', uniqueItems: true, items: { type: 'string', pattern: '^[^:]+:/[^:]+(:ro)?$' } },
        healthcheck: { type: 'object', additionalProperties: false, properties: { test: { type: 'array', items: { type: 'string' } }, interval: { type: 'string' }, timeout: { type: 'string' }, retries: { type: 'integer' } } },
      },
    } },
  },
};

test('docker-compose.yml has the shape that Compose expects', () => {
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(composeSchema);
  validate(parse(read('docker-compose.yml')));
  expect(validate.errors).toBeNull();
});

test('the environment of compose file and Dockerfile is a configuration that Usher accepts', () => {
  const compose = (parse(read('docker-compose.yml')) as { services: { usher: { environment: Record<string, string> } } }).services.usher.environment;
  const image = Object.fromEntries([...read('Dockerfile').matchAll(/(USHER_[A-Z_]+)=(\S+)/g)].map((match) => [match[1]!, match[2]!]));
  expect(loadConfig(null, { ...image, ...compose }, '/usher').problems).toEqual([]);
});

test('the Dockerfile starts Usher as `npm start` does, with a file that exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: { readonly start: string } };
  expect(existsSync(join(root, 'src/launch.js'))).toBe(true);
  expect(scripts.start).toMatch(/^node .*src\/launch\.js start$/);
  expect(read('Dockerfile')).toContain(`CMD ${JSON.stringify(scripts.start.split(' ')).replaceAll('","', '", "')}`);
});
