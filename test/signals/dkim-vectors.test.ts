import { toCrlf, walk } from '../../src/message/walk.ts';
import { checkDkim } from '../../src/signals/dkim.ts';
import { Lookups } from '../../src/signals/lookups.ts';
import { zoneResolver } from '../support/dns-zone.ts';
import type { Zone } from '../support/dns-zone.ts';
import { describeVectors } from '../support/vectors.ts';

interface DkimVectors {
  readonly cases: readonly { readonly name: string; readonly msg_b64: string; readonly dns: string | null; readonly result: string | null }[];
}

/** `name: \⏎ text` entries; TEMPERROR and PERMERROR stand for a server's failure and for a name that is not there. */
function zoneOf(text: string): Zone {
  const zone: Record<string, { TXT: string[] } | 'servfail'> = {};
  for (const line of text.replace(/\\\n\s*/g, '').split('\n')) {
    const [, name, value] = /^(\S+): *(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || value === 'PERMERROR') continue;
    const before = zone[name];
    if (value === 'TEMPERROR') zone[name] = 'servfail';
    else if (typeof before === 'object') before.TXT.push(value);
    else zone[name] = { TXT: [value] };
  }
  return zone;
}

/** States of the suite in our words; a failed check is `fail` or `neutral` by its kind (RFC 8601 section 2.7.1). */
const STATES: Readonly<Record<string, readonly string[]>> = { SUCCESS: ['pass'], PERMFAIL: ['fail', 'neutral', 'policy'], TEMPFAIL: ['temperror'] };

describeVectors<DkimVectors>('DKIM vectors of chasquid', 'dkim-chasquid.json', (suite) => {
  test('has all its cases', () => expect(suite.cases).toHaveLength(11));

  test.each(suite.cases.map((item) => [item.name, item] as const))('%s', async (_name, item) => {
    const bytes = toCrlf(Buffer.from(item.msg_b64, 'base64'));
    const lookups = new Lookups(zoneResolver(zoneOf(item.dns ?? '')), 5000);
    const { signatures } = await checkDkim(walk(bytes), bytes, '', lookups.asker());
    lookups.close();
    // 03 is no message at all: the suite's parser refuses it, ours finds no signature.
    const expected = item.result === null ? [] : (JSON.parse(item.result) as { Results: { State: string; Domain?: string }[] }).Results;
    expect(signatures).toHaveLength(expected.length);
    signatures.forEach(({ result }, index) => expect(STATES[expected[index]?.State ?? '']).toContain(result));
  });
});
