/** What a forged notice says, in the languages of its readers: a full mailbox, a locked account, a parcel that waits. */
import { LiteralIndex, withFoldedBlanks } from './literals.ts';

export type Lure = 'mailbox' | 'account' | 'parcel';

/** Things and what is wrong with them, within a few words of each other, in small letters; either may come first. */
interface Wording {
  /** What must stand before the thing: whose it is. */
  readonly before?: string;
  /** Each begins with at least three certain letters (two where a letter is a word): by these it is found. */
  readonly things: string;
  readonly troubles: string;
}

const MAILBOX: readonly Wording[] = [
  { things: 'mail ?box|email account|e-mail account|email storage|e-mail storage|inbox storage|webmail|mail server|mail quota|storage quota|email password|e-mail password', troubles: 'full|exceed|limit|quota|upgrad|deactivat|suspend|expir|validat|re-?confirm|terminat|shut ?down|keep (?:the )?same|undelivered|on hold|clustered' },
  { things: 'postfach|mailkonto|e-mail-konto|mailspeicher', troubles: 'voll|überschritt|erreicht|gesperrt|deaktivier|bestätig|abgelaufen|ablauf|verifizier' },
  { things: 'posta kutu|eposta hesab|e-posta hesab|eposta kota|e-posta kota|posta kota|mail hesab', troubles: 'dol(?:u|mak|du)|kota|aş(?:ıl|tı)|askıya|devre dışı|doğrula|kapatıl|süresi' },
  { things: 'почтов\\S+ ящик|почтов\\S+ аккаунт|почтов\\S+ квот|учётн\\S+ запис\\S+ (?:почт|электрон)', troubles: 'переполн|заблокир|превыш|подтверд|отключ|истек|приостан' },
  { things: 'boîte (?:mail|de réception|aux lettres|e-?mail)|messagerie', troubles: 'pleine|quota|dépass|suspend|désactiv|expir|valider|confirmer' },
  { things: 'buzón|bandeja de entrada|cuenta de correo', troubles: 'llen[oa]|límite|super|suspend|desactiv|caduc|expir|verific' },
  { things: 'casella (?:di posta|e-?mail|mail)|account di posta', troubles: 'pien|esaurit|sospes|disattiv|scad|verific|conferm' },
  { things: 'caixa (?:de correio|de entrada|postal)|conta de e-?mail', troubles: 'chei|limite|excedi|suspens|desativ|expir|verific|confirm' },
  { things: 'skrzynk\\S+ (?:pocztow|e-?mail|odbiorcz)|postvak|mailbox', troubles: 'pełn|przekrocz|zablok|wygas|vol\\b|limiet|verloopt|geblokkeerd|bevestig' },
  { things: 'メールボックス|メールアカウント|邮箱|邮件账户|電子郵件', troubles: '容量|上限|停止|無効|確認|更新|已满|已滿|升级|停用|过期|驗證|验证' },
];

const ACCOUNT: readonly Wording[] = [
  { before: '(?:your|this|the) (?:\\S+ )?', things: 'account|card|profile|membership|payment method|apple id|wallet', troubles: 'suspend|limited|restrict|locked|blocked|deactivat|on hold|verif|unusual|unauthori[sz]ed|compromis|terminat|disabled|declined|confirm your' },
  { things: ['verify', 'confirm', 'update'].map((verb) => `${verb} your (?:identity|account|billing|payment|personal)`).join('|'), troubles: 'information|details|data|method|identity|account|avoid|continue|now' },
  { things: 'unusual|suspicious|unrecogni[sz]ed', troubles: 'sign-?in|log-?in|activity|transaction' },
  { things: 'wallet|vault', troubles: 'breach|merge|suspend|unclaimed|restrict|synchroni|validat|connect your|failed|deactivat' },
  { things: 'password', troubles: '(?:will |has |is about to |set to )?expire|expiration|expiry' },
  { before: 'ihr(?:e[rm]?)? (?:\\S+[- ])?', things: 'konto|karte|zugang|kundenkonto|online-?banking', troubles: 'gesperrt|eingeschränkt|gespeert|verifizier|bestätig|deaktivier|aktualisier|ungewöhnlich' },
  { things: 'hesab(?:ınız|iniz)|kart(?:ınız|iniz)|şifreniz|müşterimiz', troubles: 'askıya|kısıtla|bloke|doğrula|onayla|şüpheli|güncelle|kapatıl|süresi' },
  { before: 'ваш\\S* (?:\\S+ )?', things: 'аккаунт|счёт|счет|карт|учётн|учетн|профил', troubles: 'заблокир|ограничен|приостан|подтверд|подозрит|верифи|обновит' },
  { before: 'votre (?:\\S+ )?', things: 'compte|carte|accès|espace client|dossier', troubles: 'suspend|limité|bloqu|vérifi|confirm|désactiv|mettre à jour|inhabituel|restrei' },
  { before: '[st]u (?:\\S+ )?', things: 'cuenta|tarjeta|acceso', troubles: 'suspend|limitad|bloque|verific|confirm|desactiv|actualiz|inusual' },
  { before: '(?:il|suo|tuo|la tua|la sua) (?:\\S+ )?', things: 'conto\\b|account\\b|carta\\b|profilo|accesso', troubles: 'sospes|limitat|bloccat|verific|conferm|disattiv|aggiorn|insolit' },
  { before: '(?:sua|seu) (?:\\S+ )?', things: 'conta\\b|fatura|senha|cart[aã]o|acesso|cpf|cadastro|dispositivo', troubles: 'suspens|limitad|bloque|verifi|confirm|desativ|atualiz|irregular|expir' },
  { things: 'アカウント|お客様|ご利用|カード', troubles: '停止|制限|ロック|本人確認|異常|不正|更新できません|確認が必要|お支払い方法' },
  { things: '账户|賬戶|帐户|您的账号', troubles: '冻结|凍結|停用|验证|驗證|异常|異常|限制' },
];

const PARCEL: readonly Wording[] = [
  { things: 'parcel|package|shipment|delivery', troubles: 'could not be delivered|on hold|held at|pending|unpaid|customs (?:fee|duty|charge)|delivery fee|shipping fee|reschedul|incomplete address|failed delivery|suspended|awaiting' },
  { things: 'paket|sendung|lieferung', troubles: 'zollgebühr|nicht zugestellt|zurückgehalten|versandkosten|zustellgebühr|unvollständig|ausstehend' },
  { things: 'kargo|paketiniz|gönderiniz', troubles: 'teslim edilemedi|gümrük|bekliyor|eksik adres|iade' },
  { things: 'посылк|отправлени', troubles: 'не доставлен|задержан|таможен|оплат|неполн' },
  { things: 'colis|livraison', troubles: 'en attente|non livré|frais|douane|suspendu|incompl' },
  { things: 'paquete|envío', troubles: 'retenido|pendiente|no (?:se )?(?:pudo|ha podido)|aduana|tasas|gastos de envío' },
  { things: 'pacco|spedizione|consegna', troubles: 'in attesa|sospes|giacenza|dogan|spese|non (?:è stato )?consegnat' },
  { things: 'pakket|zending|przesyłk|paczk|encomenda|お荷物|荷物|包裹', troubles: 'douane|vastgehouden|wacht|wstrzyman|opłat|dopłat|taxa|alfândega|retid|不在|配達|お届けできません|海关' },
];

/** A few words between thing and trouble. */
const NEAR = '[^.!?\\n]{0,60}?';

interface Compiled {
  readonly lure: Lure;
  readonly thing: RegExp;
  readonly both: RegExp;
}

const ALL: readonly (readonly [Lure, Wording])[] = [
  ...MAILBOX.map((wording) => ['mailbox', wording] as const), ...ACCOUNT.map((wording) => ['account', wording] as const), ...PARCEL.map((wording) => ['parcel', wording] as const),
];
const WORDINGS: readonly Compiled[] = ALL.map(([lure, { before = '', things, troubles }]) => {
  const thing = `${before}(?:${things})`;
  return { lure, thing: new RegExp(things), both: new RegExp(`${thing}${NEAR}(?:${troubles})|(?:${troubles})${NEAR}${thing}`) };
});

/** As far as the letters of a thing are certain: up to the first mark of the expression, without what may be left out. */
function beginning(thing: string): string {
  const stop = thing.search(/[\\?([]/);
  return stop < 0 ? thing : thing.slice(0, thing[stop] === '?' ? stop - 1 : stop);
}
const withoutChoices = (things: string): string => things.replace(/\(\?:[^()]*\)/g, '(');
const THINGS = new LiteralIndex(ALL.flatMap(([, { things }], number) => withoutChoices(things).split('|').map((thing) => [beginning(thing), number] as const)));

/** @param text subject and beginning of the text */
export function luresIn(text: string): ReadonlySet<Lure> {
  const found = new Set<Lure>();
  // Most mail speaks of none of these things, or of few.
  const small = text.toLowerCase();
  const spokenOf = THINGS.in(small);
  if (spokenOf.length === 0) return found;
  const folded = withFoldedBlanks(small);
  for (const number of spokenOf) {
    const { lure, thing, both } = WORDINGS[number] as Compiled;
    if (!found.has(lure) && thing.test(folded) && both.test(folded)) found.add(lure);
  }
  return found;
}

/** What a button says that asks for secrets; of a link's text, small letters. */
const ASKS = new RegExp(
  '^\\W{0,5}(?:click here to )?(?:verify|confirm|validate|re-?activate|unlock|restore|update|sign ?in|log ?in|review|release|recover|upgrade|keep (?:my |the )?(?:current |same )?password|retrieve|secure my|bestätigen|verifizieren|anmelden|' +
    'jetzt (?:bestätigen|anmelden|prüfen|aktualisieren)|zum (?:konto|login)|doğrula|giriş yap|onayla|güncelle|подтвердить|войти|проверить|обновить|confirmer|vérifier|se connecter|mettre à jour|connexion|verificar|confirmar|iniciar sesión|' +
    'actualizar|acceder|accedi|conferma|verifica|aggiorna|atualizar|acessar|entrar|regularizar|zaloguj|potwierdź|inloggen|bevestigen|ログイン|確認|更新|登录|验证|立即)',
);

export const asksToSignIn = (linkText: string): boolean => ASKS.test(linkText);
