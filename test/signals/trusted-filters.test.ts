import { FILTER_NAMES, trustedFiltersProbe } from '../../src/signals/trusted-filters.ts';
import { input } from '../support/signal-mail.ts';

const ask = async (trusted: readonly string[], header: Readonly<Record<string, string>>) =>
  (await trustedFiltersProbe(trusted).gather(input({ header }), {} as never)).signals;

test.each([
  ['spamassassin', { 'X-Spam-Flag': 'YES' }], ['spamassassin', { 'X-Spam-Status': 'Yes, score=9.1 required=5.0' }], ['rspamd', { 'X-Spam': 'Yes' }],
  ['microsoft', { 'X-MS-Exchange-Organization-SCL': '6' }], ['microsoft', { 'X-Forefront-Antispam-Report': 'CIP:192.0.2.1;SCL:5;SFV:SPM' }], ['bogofilter', { 'X-Bogosity': 'Spam, tests=bogofilter' }],
])('%s says so', async (name, header) => {
  expect(await ask([name], header)).toEqual([{ name: 'other-filter-unwanted', state: 'present', value: name }]);
  // Whoever is not trusted may write what they like.
  expect(await ask([], header)).toEqual([{ name: 'other-filter-unwanted', state: 'absent' }]);
  expect(await ask(FILTER_NAMES.filter((other) => other !== name), header)).toEqual([{ name: 'other-filter-unwanted', state: 'absent' }]);
});

test('"clean" buys nothing, and an unknown name does nothing', async () => {
  for (const header of [{ 'X-Spam-Flag': 'NO' }, { 'X-Spam-Status': 'No, score=-100' }, { 'X-MS-Exchange-Organization-SCL': '-1' }, { 'X-Bogosity': 'Ham' }]) expect(await ask([...FILTER_NAMES, 'nobody'], header)).toEqual([{ name: 'other-filter-unwanted', state: 'absent' }]);
});
