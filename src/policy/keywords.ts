/** PURE. The words of the language: which lines there are, what may stand in them, and words that people write instead. */
import { ACTIONS } from './verdict.ts';

/** Every line by where it stands: '' is the page itself. */
export const KEYS = {
  '': [
    'policy', 'title', 'owner', 'language', 'timezone', 'applies-to', 'mode', 'intent', 'spam', 'certain-spam', 'newsletters', 'dangerous',
    'could-not-check', 'mark-with', 'mark-unchecked-with', 'junk-folder-name', 'quarantine', 'always-welcome', 'never-welcome', 'rejection',
    'for-a-while', 'examples',
  ],
  intent: ['wanted-mail-stopped'],
  quarantine: ['folder', 'keep-for', 'after-that', 'recipients-may', 'approver', 'digest'],
  digest: ['to', 'at', 'days'],
  'always-welcome': ['sender', 'words', 'exact-words', 'list', 'column', 'because', 'last-day'],
  rejection: ['message', 'contact', 'never-say'],
  'for-a-while': ['name', 'first-day', 'last-day', 'intent', 'spam', 'certain-spam'],
  examples: ['name', 'mail', 'file', 'expect'],
  mail: ['from', 'to', 'subject', 'text', 'html'],
} as const;
export type Section = keyof typeof KEYS;

export const CHOICES = {
  mode: ['enforce', 'observe'],
  spam: ACTIONS,
  'certain-spam': ['deliver', 'mark', 'junk-folder', 'quarantine', 'reject'],
  newsletters: ACTIONS,
  dangerous: ['quarantine', 'reject'],
  'could-not-check': ['deliver', 'mark', 'quarantine', 'ask-to-retry'],
  'after-that': ['delete', 'deliver-marked'],
  'recipients-may': ['let-through', 'ask', 'look'],
} as const;

/** Languages in which Usher itself speaks. */
export const LANGUAGES = ['en', 'tr', 'ru', 'de'] as const;

/** Names of lines in other words and languages → the line (compared as plainWord). */
const LINE_WORDS: readonly (readonly [line: string, words: string])[] = [
  ['policy', 'name politika kural regel richtlinie политика правило'],
  ['title', 'başlık baslik titel überschrift название заголовок'],
  ['owner', 'sahip sahibi sorumlu besitzer inhaber verantwortlich verantwortlicher владелец ответственный responsible'],
  ['language', 'dil dili sprache язык lang'],
  ['timezone', 'saat-dilimi zeitzone часовой-пояс time-zone tz'],
  ['applies-to', 'applies appliesto gilt gilt-für-alle geçerli gecerli uygulanır kimler gilt-für gilt-fuer für применяется для applies apply-to for recipients who kime an wen кому'],
  ['intent', 'amaç amac niyet hedef absicht ziel zweck цель намерение aim goal purpose'],
  ['mode', 'mod modus режим observe test-mode'],
  ['spam', 'спам suspected-spam junk'],
  ['certain-spam', 'kesin-spam sicherer-spam точный-спам sure-spam definite-spam obvious-spam'],
  ['newsletters', 'newsletter bülten bültenler bulten рассылки рассылка rundschreiben bulk mailings'],
  ['dangerous', 'tehlikeli gefährlich gefaehrlich опасные опасно phishing malware virus viruses viren virüs virüsler вирусы danger'],
  ['could-not-check', 'not-checked unchecked unbekannt kontrol-edilemedi'],
  ['mark-with', 'mark prefix subject-prefix işaret markierung пометка'],
  ['junk-folder-name', 'junk-folder spam-folder-name'],
  ['quarantine', 'karantina quarantäne quarantaene карантин hold'],
  ['folder', 'klasör klasor ordner папка'],
  ['keep-for', 'sakla süre behalten aufbewahren хранить keep retention'],
  ['digest', 'özet ozet zusammenfassung bericht rapor отчёт отчет сводка summary report'],
  ['recipients-may', 'recipient-may users-may alıcılar empfänger-dürfen получатели-могут'],
  ['approver', 'onaylayan freigeber genehmiger утверждает approved-by'],
  ['always-welcome', 'whitelist white-list allowlist allow-list allow safe-senders beyaz-liste her-zaman-hoş-geldiniz her-zaman-kabul her-zaman-kabul-et hep-kabul müşteriler customers kunden клиенты welcome immer-willkommen immer-erlaubt разрешить всегда-желанные белый-список'],
  ['never-welcome', 'unwelcome hiç-kabul-etme asla-kabul-etme engelle engelli sperrliste blacklist black-list blocklist block-list block deny denylist kara-liste nie-willkommen чёрный-список черный-список никогда'],
  ['rejection', 'ret red ablehnung отказ reject rejected bounce'],
  ['message', 'mesaj nachricht сообщение text'],
  ['contact', 'iletişim iletisim kontakt контакт phone telephone'],
  ['never-say', 'do-not-say dont-say asla-söyleme nie-sagen никогда-не-говорить'],
  ['for-a-while', 'geçici gecici vorübergehend временно temporary temporarily for-while'],
  ['examples', 'example örnek örnekler ornekler beispiel beispiele пример примеры tests'],
  ['sender', 'gönderen gonderen absender отправитель from senders address addresses email e-mail mail emails domain domains e-posta eposta почта absenderadresse'],
  ['words', 'word kelime kelimeler wörter woerter слова слово keywords'],
  ['list', 'liste список csv'],
  ['column', 'sütun sutun spalte столбец'],
  ['because', 'çünkü cunku neden weil grund потому-что причина reason why'],
  ['last-day', 'son-gün bis последний-день until expires end-date last valid-until end ends to through'],
  ['first-day', 'ilk-gün ab первый-день since start-date first starts start from beginning begins'],
  ['expect', 'beklenen erwartet ожидается expected expects'],
  ['file', 'dosya datei файл'],
  ['at', 'saat um в-часов time times hour hours'],
  ['days', 'gün günler gunler tage дни day'],
  ['to', 'kime an кому'],
  ['from', 'kimden von от'],
  ['subject', 'konu betreff тема'],
];

/** Values in other words and languages → the value. */
const VALUE_WORDS: readonly (readonly [value: string, words: string])[] = [
  ['deliver', 'teslim teslim-et ilet inbox-folder posteingang gelen-kutusu входящие пропустить zustellen доставить доставлять allow accept inbox pass let-through'],
  ['mark', 'işaretle isaretle markieren пометить помечать tag flag'],
  ['junk-folder', 'junk spam-folder junk-mail önemsiz gereksiz spam-ordner junk-ordner папка-спам'],
  ['quarantine', 'karantina karantinaya-al quarantäne quarantaene карантин в-карантин hold keep hold-it zurückhalten beklet alıkoy tut задержать'],
  ['reject', 'reddet ret ablehnen abweisen отклонить отказать block bounce refuse engelle engelleme geri-çevir zurückweisen blockieren verweigern abweisen отвергнуть блокировать drop discard delete deny'],
  ['ask-to-retry', 'tekrar-dene greylist greylisting retry tempfail later'],
  ['everyone', 'herkes alle всем все everybody all company anyone *'],
  ['never-miss-a-customer', 'customers-first customer-first kunden-zuerst önce-müşteri клиент-прежде-всего never-miss-customers müşteri-kaçırma never-miss never-lose-a-customer keine-kunden-verpassen keinen-kunden-verpassen kunden-nicht-verpassen не-потерять-клиента'],
  ['balanced', 'dengeli ausgewogen ausgeglichen сбалансированный normal default medium'],
  ['keep-the-inbox-clean', 'no-spam no-spam-please kein-spam keine-spam spamfrei spam-yok без-спама aufgeräumt clean clean-inbox keep-inbox-clean temiz sauber чистый strict'],
  ['delete', 'sil löschen loeschen удалить remove'],
  ['deliver-marked', 'deliver-with-mark mark-and-deliver'],
  ['let-through', 'release yes bırak freigeben пропустить'],
  ['ask', 'sor fragen спросить request'],
  ['look', 'nothing none hiçbir-şey nichts ничего bak ansehen смотреть no view read see'],
  ['recipients', 'everyone everybody all herkes alle jeder все каждый alıcılar alicilar empfänger получатели recipient'],
  ['owner', 'sahip besitzer владелец'],
  ['every-day', 'daily everyday her-gün her-gun täglich taeglich jeden-tag ежедневно каждый-день'],
  ['monday-to-friday', 'weekdays working-days workdays hafta-içi haftaiçi werktags будни по-будням'],
  ['observe', 'watch test gözlem beobachten наблюдать monitor'],
  ['enforce', 'on normal active live'],
  ['en', 'english ingilizce englisch английский'], ['tr', 'turkish türkçe turkce türkisch турецкий'],
  ['ru', 'russian rusça russisch русский'], ['de', 'german almanca deutsch немецкий'],
];

function index(table: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [meant, words] of table) {
    for (const word of words.split(' ')) found.set(word, [...(found.get(word) ?? []), meant]);
  }
  return found;
}
const LINES_BY_WORD = index(LINE_WORDS);
const VALUES_BY_WORD = index(VALUE_WORDS);

/** The line that a word of another language or habit means, among those that may stand here. */
export function lineMeantBy(word: string, allowed: readonly string[]): string | null {
  return LINES_BY_WORD.get(word)?.find((line) => allowed.includes(line)) ?? null;
}
export function valueMeantBy(word: string, allowed: readonly string[]): string | null {
  return VALUES_BY_WORD.get(word)?.find((value) => allowed.includes(value)) ?? null;
}
