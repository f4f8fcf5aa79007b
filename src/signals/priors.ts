/**
 * What each signal of files, deceit and the probes would say if nothing had been learnt: log-odds (positive: unwanted) and the
 * reason. For models whose training data cannot tell (public collections have next to no attachments, DNS or history).
 * Business mail sets the scale: what a wanted partner sends every week must stay near zero.
 */

export interface Prior {
  readonly name: string;
  /** Counts only where the signal has this value; null: whenever it is present. */
  readonly value: string | null;
  readonly logOdds: number;
  readonly reason: string;
}

const row = (name: string, logOdds: number, reason: string, value: string | null = null): Prior => ({ name, value, logOdds, reason });

export const PRIORS: readonly Prior[] = Object.freeze([
  // Programs and what wraps them; most of these are dangerous by rule as well (scoring/danger.ts)
  row('file-program', 3.5, 'runs when opened'),
  row('file-program-packed', 2.5, 'programs reach people by other ways than mail'),
  row('file-program-disguised', 3.5, 'nobody does that by mistake'),
  row('file-script-packed', 0.5, 'projects hold scripts'),
  row('file-script-alone', 3, 'nothing else is in the archive'),
  row('file-shortcut-packed', 1.5, 'copied folders hold shortcuts, too'),
  row('file-name-trick', 2, 'made to be unpacked elsewhere'),
  row('file-archive-encrypted', 0.7, 'hides from filters, and keeps secrets'),
  row('file-archive-nested', 0.4, 'hides from filters; so do collections of deliveries'),
  row('file-archive-bomb', 2, 'made to keep filters busy'),
  row('file-archive-disagrees', 1.5, 'made to be read in two ways'),
  row('file-archive-foreign', 0.3, 'old or rare programs'),
  row('file-disk-image', 2, 'brings programs past warnings'),
  // Office
  row('file-macro', 0.5, 'offices live by them, attackers too'),
  row('file-macro-autorun', 0.8, 'forms do so; so do attacks'),
  row('file-macro-acts', 2, 'starts programs', 'starts'),
  row('file-macro-acts', 0.3, 'speaks to other programs', 'objects'),
  row('file-macro-sheet', 2.5, 'runs by itself in a way out of use for thirty years', 'auto-open'),
  row('file-office-encrypted', 0.8, 'hides from filters, and keeps secrets'),
  row('file-office-embeds', 0.3, 'reports hold tables'),
  row('file-office-equation', 1.2, 'out of use since 2007, but for attacks'),
  row('file-office-template', 1.2, 'fetched from the Internet; offices in the cloud do so', 'attachedTemplate'),
  row('file-office-template', 2, 'fetched from the Internet', 'oleObject'),
  row('file-office-template', 3.5, 'runs a page', 'runs'),
  row('file-office-dde', 2, 'starts programs'),
  row('file-office-activex', 0.7, 'forms do so'),
  row('file-rtf-object', 1, 'seldom in honest letters'),
  row('file-rtf-object', 2, 'opens by itself', 'at-once'),
  // PDF
  row('file-pdf-script', 0.4, 'forms calculate'),
  row('file-pdf-opens', 1.2, 'does something by itself'),
  row('file-pdf-launch', 2.5, 'starts a program'),
  row('file-pdf-embeds', 0.1, 'electronic invoices hold one'),
  row('file-pdf-link', 0.3, 'one link and little else is a usual bait', 'one'),
  row('file-pdf-form', 0.4, 'sends what is filled in'),
  row('file-pdf-encrypted', 0.4, 'banks do so; so do attacks'),
  row('file-pdf-hidden-names', 2.5, 'hides from filters'),
  // Pages
  row('file-page-password', 1.5, 'nobody has to sign in to an attachment, but for encrypted mail'),
  row('file-page-form-elsewhere', 0.5, 'newsletters and saved pages search'),
  row('file-page-sends', 1.2, 'sends what is typed in'),
  row('file-page-built', 1.5, 'hides from filters'),
  row('file-page-moves-on', 1.5, 'a link that no filter of links sees'),
  row('file-page-smuggles', 3.5, 'brings a program past filters'),
  row('file-page-brand', 3, "another company's sign-in"),
  row('file-svg-script', 2.5, 'drawings need no scripts'),
  row('file-note-embeds', 2, 'brings programs past warnings'),
  // Deceit
  row('brand-subject', 0.5, 'people speak of companies'),
  row('brand-text', 0.3, 'people speak of companies'),
  row('brand-without-link', 1.8, "another company's name, and nothing of it behind"),
  row('author-imitates-brand', 2.5, 'a domain made to be mistaken'),
  row('author-imitates-ours', 2.5, 'a domain made to be mistaken'),
  row('link-imitates-brand', 2.2, 'a domain made to be mistaken'),
  row('link-imitates-ours', 2.2, 'a domain made to be mistaken'),
  row('speaks-as-ours', 1.5, 'pretends to be one of us'),
  row('lure-mailbox', 1.5, 'honest notices of this sort come from inside'),
  row('lure-account', 0.8, 'banks and shops do write so'),
  row('lure-parcel', 0.7, 'carriers do write so'),
  row('link-asks', 0.8, 'leads to a sign-in elsewhere'),
  // Scanner
  row('virus', 5, 'known to be harmful'),
  row('virus-suspected', 1.5, 'a guess of the scanner'),
  // The way it came
  row('arc-trusted', -0.8, 'a forwarder we trust found the author authentic'),
  row('reverse-dns', -0.2, 'a server whose name holds; spammers have such, too'),
  row('reverse-dns-missing', 1, 'no mail server is run so with care'),
  row('reverse-dns-unconfirmed', 0.6, 'no mail server is run so with care'),
  row('reverse-dns-generic', 1.2, 'the computer of a customer, not a mail server'),
  row('listed-client', 0.7, 'a list says so', 'slight'),
  row('listed-client', 2, 'a list says so', 'clear'),
  row('listed-client', 3.5, 'a list says so, and the operator trusts it', 'strong'),
  row('listed-author', 0.7, 'a list says so', 'slight'),
  row('listed-author', 2, 'a list says so', 'clear'),
  row('listed-author', 3.5, 'a list says so, and the operator trusts it', 'strong'),
  row('listed-link', 0.7, 'a list says so', 'slight'),
  row('listed-link', 2.2, 'a list says so', 'clear'),
  row('listed-link', 3.8, 'a list says so, and the operator trusts it', 'strong'),
  row('welcomed-client', -1.5, 'a list of good names says so'),
  // History: the good only for authenticated authors
  row('known-correspondent', -2.5, 'we wrote to them', 'once'),
  row('known-correspondent', -3.5, 'we write to them', 'often'),
  row('known-but-unproven', 1, 'a known name, and its domain disowns the message', 'fail'),
  row('answers-ours', -4, 'they answer us', 'known'),
  row('answers-ours', -1.5, 'somebody answers what was forwarded to them; stolen threads look so, too', 'other'),
  row('sender-released', -1.5, 'somebody wanted it', 'once'),
  row('sender-released', -2.5, 'people want it', 'often'),
  row('sender-blocked', 1, 'somebody did not want it', 'once'),
  row('sender-blocked', 2, 'people do not want it', 'often'),
  row('sender-complained', 0.8, 'somebody complained', 'once'),
  row('sender-complained', 1.8, 'people complained', 'often'),
]);
