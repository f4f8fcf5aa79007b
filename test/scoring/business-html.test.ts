/**
 * What companies get every day in HTML. The bundled model has seen next to no wanted HTML, so not all of this is told from unwanted
 * mail by its content alone; the bounds say how much is not, and must not get worse.
 */
import { walk } from '../../src/message/walk.ts';
import { loadScorer } from '../../src/model-file.ts';
import { offlineResolver, type Resolver } from '../../src/platform/resolver.ts';
import { gather } from '../../src/signals/gather.ts';
import { BUSINESS_HTML, businessPageMail, carefulZone, domainOfPage, signedPageMail } from '../support/business-html.ts';
import { zoneResolver } from '../support/dns-zone.ts';
import { envelope } from '../support/envelope.ts';

const scorer = loadScorer(null);
/** The bound of `keep-the-inbox-clean`, the strictest that policies come with. */
const BOUND = 0.01;
/** How many are over its threshold and no newsletters that prove themselves. */
const OVER_MAX = { offline: 9, authentic: 5 };

async function judged(bytes: Buffer, domain: string, resolver: Resolver) {
  const message = walk(bytes);
  const { signals, authentication } = await gather({ envelope: envelope({ sender: `bounce@${domain}`, helo: `mail.${domain}`, recipients: ['office@example.com'] }), message, bytes, ourDomains: new Set(['example.com']) }, resolver, 5000);
  return { author: authentication.author.state, ...scorer.score({ message, signals, authentication }) };
}

type Judged = (typeof BUSINESS_HTML)[number] & Awaited<ReturnType<typeof judged>>;

let offline: readonly Judged[], authentic: readonly Judged[], unproven: readonly Judged[];

beforeAll(async () => {
  const all = (judge: (page: (typeof BUSINESS_HTML)[number], number: number, domain: string) => ReturnType<typeof judged>): Promise<readonly Judged[]> =>
    Promise.all(BUSINESS_HTML.map(async (page, number) => ({ ...page, ...(await judge(page, number, domainOfPage(page))) })));
  offline = await all((page, number, domain) => judged(businessPageMail(page, number), domain, offlineResolver));
  authentic = await all(async (page, number, domain) => judged(await signedPageMail(page, number), domain, zoneResolver(carefulZone(domain))));
  // Nothing is signed, and the domain says nothing of its mail.
  unproven = await all((page, number, domain) => judged(businessPageMail(page, number), domain, zoneResolver({})));
});

const told = (all: readonly Judged[]): readonly string[] => all.map(({ language, sort, subject, score, kind }) => `${language} ${sort} ${subject} ${score.toFixed(3)} ${kind}`);
const over = (all: readonly Judged[]): readonly Judged[] => all.filter(({ score, newsletter }) => !newsletter && score >= scorer.thresholdFor(BOUND).threshold);

test('none of it is dangerous, whatever is known of its author', () => {
  const all = [offline, authentic, unproven];
  expect(all.map((each) => [...new Set(each.map(({ author }) => author))])).toEqual([['unknown'], ['pass'], ['none']]);
  expect(all.flatMap((each) => told(each.filter(({ kind, proof }) => kind === 'dangerous' || proof !== null)))).toEqual([]);
});

test('newsletters that prove themselves are newsletters, and nothing else is; without proof they are none that outranks its score', () => {
  expect(told(authentic.filter(({ sort, newsletter, kind }) => (sort === 'newsletter') !== newsletter || newsletter !== (kind === 'newsletter')))).toEqual([]);
  expect(told([...offline, ...unproven].filter(({ newsletter }) => newsletter))).toEqual([]);
});

test('with its author proven, little is over the threshold', () => {
  const found = over(authentic);
  expect(found.length > OVER_MAX.authentic ? told(found) : []).toEqual([]);
});

test('where nothing is known of its author, no more is over the threshold than was', () => {
  const found = over(offline);
  expect(found.length > OVER_MAX.offline ? told(found) : []).toEqual([]);
});

test('letters with a letterhead, an answer below and a notice are wanted where their author is proven', () => {
  const letters = authentic.filter(({ form }) => form === 'outlook' || form === 'web' || form === 'phone');
  expect(letters.length).toBeGreaterThan(7);
  expect(told(letters.filter(({ kind }) => kind !== 'wanted'))).toEqual([]);
});
