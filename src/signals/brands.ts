/** Names that are often abused, with the domains that are really theirs (the label before the public suffix, or a whole domain). */
import { registrableDomain } from './domains.ts';

/** Word to registrable domains, or to labels (without dot) that are the brand's under any public suffix. */
const BRANDS: Readonly<Record<string, readonly string[]>> = {
  paypal: ['paypal', 'paypalobjects', 'xoom'], amazon: ['amazon', 'amazonses', 'amazonaws', 'media-amazon', 'a2z'], apple: ['apple', 'icloud', 'me.com', 'mac.com'],
  icloud: ['apple', 'icloud'], itunes: ['apple', 'itunes'], microsoft: ['microsoft', 'microsoftonline', 'office', 'office365', 'live', 'outlook', 'hotmail', 'azure', 'sharepoint', 'xbox', 'skype', 'linkedin'],
  office365: ['microsoft', 'microsoftonline', 'office', 'office365'], onedrive: ['microsoft', 'live'], sharepoint: ['microsoft', 'sharepoint'], outlook: ['microsoft', 'outlook', 'live', 'office'],
  google: ['google', 'gmail', 'googlemail', 'youtube', 'android', 'chromium'], netflix: ['netflix'], facebook: ['facebook', 'facebookmail', 'fb', 'meta'], instagram: ['instagram', 'facebook', 'facebookmail'],
  whatsapp: ['whatsapp', 'facebook'], linkedin: ['linkedin'], twitter: ['twitter', 'x.com'], dropbox: ['dropbox', 'dropboxmail'], docusign: ['docusign'], adobe: ['adobe'],
  ebay: ['ebay', 'ebaydesc'], dhl: ['dhl', 'deutschepost'], fedex: ['fedex'], usps: ['usps'], 'hermes paket': ['hermes', 'myhermes', 'hermesworld'],
  'american express': ['americanexpress', 'aexp', 'amex'], mastercard: ['mastercard'], 'wells fargo': ['wellsfargo'], 'chase bank': ['chase', 'jpmorgan'], citibank: ['citi', 'citibank'],
  'bank of america': ['bankofamerica', 'bofa'], hsbc: ['hsbc'], barclays: ['barclays', 'barclaycard'], santander: ['santander'], lloyds: ['lloydsbank', 'lloyds'], postbank: ['postbank'],
  sparkasse: ['sparkasse', 'sparkassen'], commerzbank: ['commerzbank'], volksbank: ['volksbank', 'vr', 'atruvia'], coinbase: ['coinbase'], binance: ['binance'], metamask: ['metamask'], 'trust wallet': ['trustwallet'],
  'steam support': ['steampowered', 'steamcommunity', 'valvesoftware'], spotify: ['spotify'], 'booking\\.com': ['booking'], airbnb: ['airbnb'], norton: ['norton', 'nortonlifelock', 'gendigital', 'symantec'], mcafee: ['mcafee'],
  'geek squad': ['geeksquad', 'bestbuy'], walmart: ['walmart'], costco: ['costco'], itau: ['itau'], bradesco: ['bradesco'], correios: ['correios'],
  serasa: ['serasa', 'serasaexperian'], telekom: ['telekom', 't-online'], vodafone: ['vodafone'], 'la poste': ['laposte'], dpd: ['dpd'], garanti: ['garantibbva', 'garanti'],
  akbank: ['akbank'], ziraat: ['ziraatbank'], 'türkiye iş bankası': ['isbank'], сбербанк: ['sberbank', 'sber'], госуслуги: ['gosuslugi'], тинькофф: ['tinkoff', 'tbank'],
};

interface Brand {
  readonly word: string;
  readonly pattern: RegExp;
  readonly owners: ReadonlySet<string>;
  /** Long and odd enough to be looked for inside host names. */
  readonly inHosts: boolean;
}

/** Words that stand in many honest host names. */
const COMMON_WORDS = new Set(['outlook', 'google', 'twitter', 'amazon', 'norton', 'facebook', 'telekom', 'itunes', 'santander', 'correios']);
const LIST: readonly Brand[] = Object.entries(BRANDS).map(([word, owners]) => ({
  word,
  pattern: new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/ /g, '\\s*')}(?![\\p{L}\\p{N}])`, 'iu'),
  owners: new Set(owners),
  inHosts: /^[a-z0-9]{6,}$/.test(word) && !COMMON_WORDS.has(word),
}));

const any = (patterns: readonly string[], flags: string): RegExp => new RegExp(patterns.join('|'), flags);
/** Most texts and hosts name nobody: one test instead of one for each brand. */
const ANY_IN_TEXT = any(LIST.map(({ pattern }) => pattern.source), 'iu');
const IN_HOSTS = LIST.filter(({ inHosts }) => inHosts);
const ANY_IN_HOST = any(IN_HOSTS.map(({ word }) => word), '');

function owns(brand: Brand, host: string): boolean {
  const domain = registrableDomain(host) ?? host;
  return brand.owners.has(domain) || brand.owners.has(domain.slice(0, domain.indexOf('.')));
}

/** The brand that a text names although `host` is not its; null when there is none. One brand of several suffices to be honest. */
export function borrowedBrand(text: string, host: string): string | null {
  if (!ANY_IN_TEXT.test(text)) return null;
  const named = LIST.filter(({ pattern }) => pattern.test(text));
  return named.some((brand) => owns(brand, host)) ? null : (named[0]?.word ?? null);
}

/** The brand whose word stands inside a host name that is not its, e.g. `paypal-login.example`. */
export function brandInHost(host: string): string | null {
  if (!ANY_IN_HOST.test(host)) return null;
  const brand = IN_HOSTS.find(({ word }) => host.includes(word));
  return brand === undefined || owns(brand, host) ? null : brand.word;
}
