/** Hosts that say nothing about who is behind a link. */

const SHORTENERS = new Set([
  'bit.ly', 'tinyurl.com', 't.co', 'goo.gl', 'ow.ly', 'is.gd', 'buff.ly', 'rebrand.ly', 'cutt.ly', 't.ly', 'rb.gy', 'shorturl.at', 'tiny.cc', 'v.gd', 'bl.ink', 'short.io', 'lnkd.in', 'trib.al', 'soo.gd',
  's.id', 'qr.ae', 'adf.ly', 'bit.do', 'mcaf.ee', 'su.pr', 'x.co', 'snip.ly', 'tr.im', 'clck.ru', 'vk.cc', 'u.to', 'urlz.fr', 'shorte.st', 'dub.sh', 'linktr.ee', 'qrco.de', 'me-qr.com', 'q-r.to', '2.gp', 'kutt.it',
]);

/** Where anybody puts up a page within minutes, by domain or suffix. */
const FREE_HOSTING = new Set([
  'weebly.com', 'wixsite.com', 'firebaseapp.com', 'web.app', 'pages.dev', 'workers.dev', 'r2.dev', 'netlify.app', 'vercel.app', 'glitch.me', 'herokuapp.com', 'github.io', 'gitbook.io', 'blogspot.com', '000webhostapp.com',
  'godaddysites.com', 'square.site', 'webflow.io', 'framer.app', 'framer.website', 'ipfs.io', 'dweb.link', 'cf-ipfs.com', 'cloudflare-ipfs.com', 'backblazeb2.com', 'appspot.com', 'azurewebsites.net', 'web.core.windows.net',
  'blob.core.windows.net', 'ngrok.io', 'ngrok-free.app', 'replit.app', 'repl.co', 'surge.sh', 'yolasite.com', 'jimdosite.com', 'jimdofree.com', 'duckdns.org', 'ddns.net', 'myftp.org', 'typeform.com', 'jotform.com', 'formstack.com',
  'forms.gle', 'sites.google.com', 'docs.google.com', 'forms.office.com', 'storage.googleapis.com', 'translate.goog', 'notion.site', 'strikingly.com', 'mystrikingly.com', 'wordpress.com', 'teachable.com', 'canva.site', 's3.amazonaws.com',
]);

/** Suffixes bought cheaply and by the thousand. */
const ODD_SUFFIXES = new Set([
  'top', 'xyz', 'click', 'icu', 'buzz', 'rest', 'cyou', 'tk', 'ml', 'ga', 'cf', 'gq', 'work', 'loan', 'win', 'bid', 'stream', 'download', 'racing',
  'review', 'date', 'party', 'trade', 'science', 'faith', 'accountant', 'cricket', 'sbs', 'cfd', 'quest', 'monster', 'beauty', 'hair', 'skin',
  'makeup', 'mom', 'lol', 'bond', 'autos', 'boats', 'yachts', 'shop', 'store', 'online', 'site', 'website', 'space', 'fun', 'today', 'biz', 'su',
  'zip', 'mov', 'vip', 'pro', 'best', 'ink', 'cam', 'uno', 'bar', 'lat', 'pics',
]);

/** No name in the sets is longer. */
const LISTED_MAX_CHARS = 64;

/** Only the end is looked at, at each dot: a name of a thousand labels would take the square of its length. */
function listed(set: ReadonlySet<string>, host: string): boolean {
  const from = host.length <= LISTED_MAX_CHARS ? 0 : host.indexOf('.', host.length - LISTED_MAX_CHARS - 1) + 1;
  if (from === 0 && host.length > LISTED_MAX_CHARS) return false;
  for (let rest = host.slice(from); ; ) {
    if (set.has(rest)) return true;
    const dot = rest.indexOf('.');
    if (dot < 0) return false;
    rest = rest.slice(dot + 1);
  }
}

export const isShortener = (domain: string): boolean => SHORTENERS.has(domain);
export const isFreeHosting = (host: string): boolean => listed(FREE_HOSTING, host);
export const hasOddSuffix = (host: string): boolean => ODD_SUFFIXES.has(host.slice(host.lastIndexOf('.') + 1));

/** Whether a path carries another web address: an open redirector, or a tracker. */
export const carriesAddress = (path: string): boolean => path.length > 4 && (path.includes('//') || path.includes('%')) && /[=/](?:https?:\/\/|https?%3a%2f%2f|\/\/[a-z0-9-]+\.)/i.test(path);
