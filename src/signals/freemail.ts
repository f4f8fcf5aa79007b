/** Providers where anybody gets a mailbox at once. */
const LABELS = new Set([
  'gmail', 'googlemail', 'yahoo', 'ymail', 'rocketmail', 'hotmail', 'outlook', 'live', 'msn', 'aol', 'aim', 'gmx', 'web', 'freenet', 't-online', 'icloud', 'me', 'mac',
  'protonmail', 'proton', 'pm', 'mail', 'inbox', 'bk', 'list', 'yandex', 'rambler', 'zoho', 'tutanota', 'fastmail', 'hey', 'mailru', 'qq', '163', '126', 'sina', 'sohu', 'foxmail',
  'naver', 'daum', 'hanmail', 'rediffmail', 'uol', 'bol', 'terra', 'libero', 'virgilio', 'tiscali', 'alice', 'orange', 'wanadoo', 'free', 'laposte', 'sfr', 'mynet', 'seznam', 'wp', 'o2', 'onet', 'interia',
]);
/** Labels that are free mail only under these suffixes. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  me: ['com'], mac: ['com'], web: ['de'], pm: ['me'], mail: ['ru', 'com', 'ee'], inbox: ['ru', 'lv', 'com'], bk: ['ru'], list: ['ru'], live: ['com', 'de', 'co.uk', 'fr', 'nl', 'it', 'ca', 'com.au'],
  free: ['fr'], orange: ['fr'], alice: ['it'], hey: ['com'], o2: ['pl'], wp: ['pl'], '163': ['com'], '126': ['com'], qq: ['com'], uol: ['com.br'], bol: ['com.br'], terra: ['com.br', 'es'],
};

/** @param domain lower case, registrable or below it */
export function isFreeMail(domain: string): boolean {
  const dot = domain.indexOf('.');
  const label = domain.slice(0, Math.max(0, dot));
  if (!LABELS.has(label)) return false;
  const suffixes = ONLY[label];
  return suffixes === undefined || suffixes.includes(domain.slice(dot + 1));
}
