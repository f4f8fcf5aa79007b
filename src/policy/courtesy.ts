/** PURE. Words for senders: what a courteous colleague would point out before they go out ("Words for senders"). */
import { LANGUAGES } from './keywords.ts';
import type { RejectionLines } from './model.ts';
import type { Report } from './report.ts';
import type { MapTree, Tree } from './tree.ts';

const MESSAGE_MAX_CHARS = 400;

/** Technicians' words that mean nothing to a customer, in the languages that Usher speaks. */
const JARGON = /(?<![\p{L}\p{N}])(smtp|mta|dns|rbl|dnsbl|spf|dkim|dmarc|mx record|ip address|bounced?|relay|administrator|postmaster|helo|policy reasons?|black-?list(?:ed)?|block-?list(?:ed)?|grey-?list(?:ed)?|spam (?:score|filter)|your (?:mail )?server|mail server|error 5\d\d|5\d\d \d\.\d\.\d|kara liste\S*|sunucu\S*|e-posta politika\S*|blockliste\S*|mailserver|richtlinien|schwarze liste|spam-?filters?|ip-adress\S*|ihr server|ip adres\S*|spam filtre\S*|чёрн\S+ спис\S+|черн\S+ спис\S+|сервер\S*|политик\S+ безопасности|спам-?фильтр\S*|ip-адрес\S*)/giu;
const BLAME = /(?<![\p{L}\p{N}])(your (?:own )?fault|you (?:have )?failed|you must(?: not)?|you should(?: have| not)|learn (?:to|how to)|misconfigured|you are (?:a )?spam\w*|you sent (?:us )?(?:spam|junk)|stop sending|incorrectly configured|sizin hatanız|hatalısınız|spam gönderi\S*|zorundasınız|hatalı gönder\S*|kuralları? ihlal\S*|ihlal ettiniz|ihr fehler|sie müssen|sie haben .{0,20}spam|(?:wegen|aufgrund) (?:eines|ihres) versto\S*|sie haben .{0,40}versto(?:ß|ss)en|you(?:r \w+)? (?:have )?(?:violated?|violates|broke|abused)|you are not allowed|violation|по вашей вине|ваша ошибка|вы должны|вы обязаны|вы отправ\S+ спам|прекратите|вы нарушили|нарушени\S* правил)/iu;
const NEXT_STEP = /\b(please|call|phone|ring|write to|reply|contact|visit|resend|ask|lütfen|arayın|arayabilirsiniz|yazın|ulaşın|iletişime|bitte|rufen|schreiben|melden|kontaktieren)|пожалуйста|позвоните|звоните|напишите|пишите|свяжитесь|обратитесь|ответьте/iu;
const CONTACT = /[^\s@]+@[^\s@]+\.\p{L}{2,}|\+?\d[\d\s()/.-]{5,}\d/u;

/** What one page alone shows; what depends on the company's page as well stands in check-set.ts. */
export function courtesyOf(rejection: RejectionLines, tree: MapTree, report: Report): void {
  const entry = tree.entries.find((one) => one.key === 'message');
  const message = rejection.message;
  if (message === undefined || entry === undefined) return;
  for (const [code, text] of Object.entries(message)) {
    const at = treeOf(entry.value, code);
    // A text that was cut off or could not be read is not judged.
    if (report.hasErrorAt(report.source.lineAt(at.start))) continue;
    const jargon = new Set([...text.matchAll(JARGON)].map(([word]) => word.replace(/[.,;:!?]+$/, '').toLowerCase()));
    const blame = BLAME.exec(text);
    for (const word of jargon) report.warning('words-jargon', at, { text: word }, 'words-jargon');
    // Whole words are named, also where the beginning of one was enough.
    if (blame !== null) report.warning('words-blame', at, { text: blame[0] + (/^\p{L}*/u.exec(text.slice(blame.index + blame[0].length))?.[0] ?? '') }, 'words-blame');
    // In other languages nobody here can tell.
    if ((LANGUAGES as readonly string[]).includes(code) && !NEXT_STEP.test(text)) report.warning('words-no-next-step', at, {}, 'words-no-next-step');
    const length = [...text].length;
    if (length > MESSAGE_MAX_CHARS) report.warning('words-long', at, { length, limit: MESSAGE_MAX_CHARS });
    for (const word of brokenPromises(text, rejection.neverSay ?? [])) report.error('never-say', at, { text: word }, 'never-say');
  }
  for (const word of brokenPromises(rejection.contact ?? '', rejection.neverSay ?? [])) {
    report.error('never-say', tree.entries.find((one) => one.key === 'contact')?.value ?? tree, { text: word }, 'never-say');
  }
  const strange = [...(message['en'] ?? '')].find((character) => !canTravel(character));
  if (strange !== undefined) report.warning('words-english-not-plain', treeOf(entry.value, 'en'), { text: strange }, 'words-english-not-plain');
}

/**
 * The words of `never-say` that a text says: from the beginning of a word on, whatever the case or accents.
 */
export function brokenPromises(text: string, neverSay: readonly string[]): readonly string[] {
  const said = folded(text);
  return neverSay.filter((word) => ` ${said}`.includes(` ${folded(word).trim()}`) && folded(word).trim() !== '');
}

function folded(text: string): string {
  return text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/ı/g, 'i').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/**
 * Without SMTPUTF8 only ASCII can stand in a reply (RFC 6531 section 3.7.4); curly quotes, dashes and the like are
 * written plainly there, so they do not count.
 */
export function canTravel(text: string): boolean {
  return /^[\n\r\t\x20-\x7e‘’‚“”„–—…\u00a0\u202f•]*$/.test(text);
}

/** Whether a text names a telephone number or an address. */
export function namesContact(text: string): boolean {
  return CONTACT.test(text);
}

function treeOf(tree: Tree, code: string): Tree {
  if (tree.kind !== 'map') return tree;
  return tree.entries.find((entry) => entry.key.trim().toLowerCase() === code)?.value ?? tree;
}
