/**
 * Every bound, by name and with its unit. Past each there is a clear answer: a reply, a signal, or `unopened`.
 * The ones that an operator may change are in `limitDefaults` (keys of `limits:` in usher.yaml).
 */
export { arc, dnsLists, history, inspection, mailboxes, reverseDns, scanner } from './limits-checks.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const limitDefaults = Object.freeze({
  messageMaxBytes: 50 * MIB,
  connectionsMax: 1500,
  connectionsPerClientMax: 50,
  recipientsMax: 100,
  commandsMax: 1000,
  commandLineMaxBytes: 4096,
  commandTimeoutMs: 300_000,
  dataTimeoutMs: 600_000,
  nextHopTimeoutMs: 300_000,
  receivedMax: 100,
});

/** Parsing (message/walk.ts). */
export const parse = Object.freeze({
  headerMaxBytes: 256 * KIB,
  headerFieldsMax: 1000,
  depthMax: 20,
  partsMax: 500,
  /** Decoded text looked at, all text parts together. */
  textMaxBytes: 512 * KIB,
  htmlMaxBytes: 512 * KIB,
  /** Of that, in UTF-7, which takes ten times as long to decode as anything else, and which nobody writes. */
  utf7MaxBytes: 64 * KIB,
  linksMax: 500,
  filenameMaxChars: 255,
  /** All headers of all parts together. */
  headersTotalMaxBytes: 1 * MIB,
  headerFieldsTotalMax: 10_000,
  mailboxesMax: 1000,
  /** Encoded words (RFC 2047) and parameters with a charset (RFC 2231) of all parts, and as many of subject and addresses; of 23,000 messages none has a hundred. */
  encodedWordsMax: 2000,
  defectsPerCodeMax: 3,
  unopenedMax: 50,
  /** Lines that look like a boundary, in one multipart. */
  boundaryLinesMax: 10_000,
  /** Messages inside encoded parts, decoded, all together. */
  nestedMaxBytes: 8 * MIB,
  /** How far the body's line ends are looked at. */
  lineScanMaxBytes: 1 * MIB,
  urlMaxChars: 4096,
  linkTextMaxChars: 1000,
  htmlDepthMax: 256,
  styleSheetMaxChars: 64 * KIB,
  styleRulesMax: 500,
  /** Where people read mail (readable.ts): what mailparser is given at most. */
  readableMaxBytes: 25 * MIB,
  /** Blanks in a row of what mailparser is given. */
  readableBlanksMax: 80,
  /** How much text is looked at to guess its language. */
  languageMaxChars: 1500,
});

/** Names and texts that nobody writes, and whose forms take the square of their length (message/names.ts). */
export const names = Object.freeze({
  marksInRowMax: 30,
  /** A name in the DNS has 253 in all. */
  hostOtherThanAsciiMaxChars: 255,
  /** Of an author's domain, from its end. */
  authorDomainMaxChars: 500,
  /** In a signature's field: domain, selector and identity are all that may hold such. */
  signatureOtherThanAsciiMaxBytes: 1500,
  /** Blanks and line breaks between two letters of such a field, where it is longer than the bound above. */
  signatureBlanksInRowMax: 100,
});

/** DNS for one message. */
export const dns = Object.freeze({
  queryTimeoutMs: 3_000,
  deadlineMs: 8_000,
  cacheEntriesMax: 20_000,
  /** Larger answers are used, but not kept. */
  cacheEntryMaxBytes: 8 * KIB,
  /** Of one answer, in the record kept for replay. */
  recordedMaxChars: 2048,
  /** Outcomes of SPF, and as many of DMARC, that are kept while the DNS says the same. */
  outcomesMax: 5_000,
  outcomeQuestionsMax: 30,
  cacheMinSeconds: 30,
  cacheMaxSeconds: 3600,
  /** Lifetime taken for record types whose TTL Node does not tell. */
  assumedTtlSeconds: 300,
  negativeCacheSeconds: 60,
  /** SERVFAIL, time-outs and refusals (RFC 2308 section 7). */
  failureCacheSeconds: 10,
});

/** Policies (policy/parse.ts). */
export const policyFiles = Object.freeze({
  fileMaxBytes: 1 * MIB,
  aliasNodesMax: 10_000,
  listFileMaxBytes: 32 * MIB,
  filesMax: 20_000,
  /** A letter that an example names. */
  exampleFileMaxBytes: 8 * MIB,
  /** Words and marks of one page as the YAML lexer counts them: keeps reading under a second. */
  tokensMax: 120_000,
  depthMax: 40,
  indentMaxChars: 160,
  problemsMax: 300,
  textMaxChars: 4000,
});

/** A reply line with code, without CRLF, RFC 5321 section 4.5.3.1.5. */
export const replyLineMaxBytes = 510;

/** How long a retried delivery is recognised. */
export const retryKeyDays = 7;

/** `ask-to-retry` is decided anew after this. */
export const retryAfterMs = 300_000;

/** DKIM (signals/dkim.ts). */
export const dkim = Object.freeze({
  /** Further signatures are not looked at. */
  signaturesMax: 5,
  keyMinBits: 1024,
  /** Bodies up to this are canonicalised in one go, longer ones in pieces. */
  wholeBodyMaxBytes: 1 * MIB,
  pieceBytes: 256 * KIB,
  keyCacheEntriesMax: 2000,
  keyCacheRecordMaxChars: 4096,
});

/** Signal families (signals/). */
export const signals = Object.freeze({
  /** Decoded bytes of one attachment that are looked at, and of all together. */
  attachmentPeekBytes: 64 * KIB,
  attachmentsPeekTotalBytes: 1 * MIB,
  linksExaminedMax: 200,
  nameMaxChars: 500,
  messageIdMaxChars: 998,
  /** Text in which the wordings of forged notices are looked for, and names of companies. */
  lureTextMaxChars: 1200,
  brandTextMaxChars: 400,
  /** Different hosts of links, and texts of links to each. */
  linkHostsMax: 50,
  linkTextsMax: 10,
  /** Recipients looked for in links and subject. */
  recipientsExaminedMax: 10,
  /** Answers about hosts that are kept for the next message (twice as many at most). */
  hostsKeptMax: 5_000,
});

/** The database (storage/). */
export const storage = Object.freeze({
  /** Decisions and correspondents wait at most this long for their batch. */
  batchDelayMs: 200,
  batchRowsMax: 500,
  /** Waiting rows beyond either bound are not recorded, which the log and /readyz say. */
  queueRowsMax: 20_000,
  queueMaxBytes: 32 * MIB,
  retryDelayMs: 1_000,
  openTimeoutMs: 500,
  busyTimeoutMs: 20,
  busyRetryMs: 10,
  busyWaitMaxMs: 5_000,
  integrityCheckMaxBytes: 256 * MIB,
  walKeepMaxBytes: 32 * MIB,
  /** Statements of written transactions after which the WAL is moved into the database, on a thread of its own. */
  checkpointStatements: 6_000,
  /** Pages (4 KiB) of WAL at which that is done at once, whoever waits. */
  checkpointInlinePages: 16_384,
  preparedMax: 200,
  expireRowsPerStep: 500,
  listRowsMax: 1_000,
  /** `ask-to-retry`: a triple not seen for this long is new again. */
  retryBookKeepMs: 35 * 24 * 3600_000,
});

/** Keys known to stand in no table (src/storage/known-keys.ts). */
export const knownKeys = Object.freeze({
  /** Half a mebibyte: of 400,000 keys one in a hundred questions is asked for nothing. */
  bits: 2 ** 22,
  /** With more of them the database is asked each time. */
  keysMax: 1_000_000,
  keysPerPiece: 500,
  /** What another process has written counts at the latest so much later. */
  othersLookMs: 20,
  /** After others wrote: not before so long, nor before so many times what reading the keys took. */
  readAgainMs: 5_000,
  readAgainFactor: 50,
  /** How long nobody looks whether there are fewer than `keysMax` again. */
  tooManyPauseMs: 3600_000,
});

/** Front doors (src/intake). */
export const intake = Object.freeze({
  /** Of all messages being received or handled by one process, together. */
  bytesInFlightMax: 512 * MIB,
  /** What is read on behind an oversized message, to answer at its end; past it the connection is closed. */
  oversizeReadOnMaxBytes: 64 * MIB,
  /** A message is kept in the chunks it came in up to either bound, then in one buffer. */
  slicesMax: 64,
  slicesMaxBytes: 128 * KIB,
  /** RFC 5321 section 4.5.3.1.3 asks for 256; long bounce addresses are longer. */
  addressMaxBytes: 512,
  heloMaxChars: 255,
  /** On one connection. */
  unknownCommandsMax: 10,
  badLinesMax: 10,
  peersRememberedMax: 2_000,
  replyLinesMax: 30,
  /** Replies wait for each other until the end of a turn of the event loop, or until there is so much of them. */
  unwrittenMaxChars: 16 * KIB,
  /** How long an early talker has to give himself away; not paid by trusted networks. */
  greetingWaitMs: 100,
  /** The data stage is prolonged as long as this much comes in. */
  dataRateMinBytesPerSecond: 512,
});

/** What the next hop may answer, and how its connections are kept (actions/relay*). */
export const nextHop = Object.freeze({
  replyLinesMax: 200,
  replyLineMaxBytes: 4096,
  /** An idle connection is closed after this, and any connection is not used again after the other. */
  idleTimeoutMs: 60_000,
  connectionMaxAgeMs: 600_000,
  /** Refused commands without a success between them, after which a connection is not used again: MTAs slow down such clients. */
  refusalsMax: 5,
  /** A given-up transaction is reset after this, unless the next one brings its RSET along sooner. */
  resetDelayMs: 100,
  quitTimeoutMs: 2_000,
  /** TLS that was only tried, and failed, is not tried again for so long. */
  tlsPauseMs: 600_000,
  /** Written in one piece, and copied for it at most. */
  writePieceBytes: 256 * KIB,
  gatherMaxBytes: 64 * KIB,
});

/** What is written about a message (decision log, quarantine index): enough for people, and a huge header cannot fill the disk. */
export const recorded = Object.freeze({
  subjectMaxChars: 1_000,
  fieldMaxChars: 1_000,
  authorsMax: 100,
  signalValueMaxChars: 500,
  lookupMaxChars: 2_000,
});

/** Delivery into Maildirs of our own. */
export const maildirs = Object.freeze({
  /** Of these it is remembered that they last over a power failure; the others are synced again, which costs a few milliseconds. */
  rememberedMax: 10_000,
});

/** Held mail and what we deliver ourselves (quarantine/). */
export const quarantine = Object.freeze({
  halfWrittenKeepMs: 3600_000,
  orphanKeepMs: 24 * 3600_000,
  /** More files without a row than this are not explained by crashes: nothing is removed. */
  orphansMax: 50,
  /** A claimed row of the outbox is another worker's after this, unless its claim is renewed. */
  outboxLeaseMs: 60_000,
  outboxPollMs: 1_000,
  outboxAtOnce: 4,
  retryFirstMs: 60_000,
  retryMaxMs: 4 * 3600_000,
  giveUpMs: 5 * 24 * 3600_000,
  markValidMs: 24 * 3600_000,
  markKeyRotateMs: 30 * 24 * 3600_000,
});

/** Digests (quarantine/digest*). */
export const digest = Object.freeze({
  itemsMax: 40,
  /** HTML of the items, in characters: with the rest it stays below 60 KB, far from the 102 KB at which webmail cuts mails off. */
  itemsMaxChars: 50_000,
  /** Rows that are looked at to find the likeliest mistakes. */
  candidatesMax: 200,
  /** How often it is looked whether a digest is due. */
  lookMs: 60_000,
  /** Recipients read in one step. */
  stepRows: 200,
  /** Made at the same time: their commits share one sync. */
  atOnce: 16,
  progressEvery: 1_000,
  /** How often it is looked what may expire, and how many rows are taken in one step. */
  expireLookMs: 3600_000,
  expireRowsPerStep: 100,
  /** A clock that went on for longer than this between two looks may be wrong: nothing expires for a day then. */
  clockGapMaxMs: 2 * 24 * 3600_000,
  /** A digest whose contents change while it is made is made anew this often. */
  attemptsMax: 3,
});

/** Fields that are taken out or counted (actions/header-lines.ts). */
export const headerScan = Object.freeze({
  /** A header that goes on beyond this is passed on as it is from there; the walker says `header-too-large` long before. */
  maxBytes: 1 * MIB,
  /** A line has 998 octets at most (RFC 5322 section 2.1.1). */
  nameMaxChars: 998,
  /** Of a Received field that says who handed the message over. */
  receivedMaxChars: 4000,
});

/** Health and metrics (ops/). */
export const ops = Object.freeze({
  requestTimeoutMs: 5_000,
  connectionsMax: 100,
  checkTimeoutMs: 3_000,
  checksShareMs: 1_000,
  diskFreeMinBytes: 256 * MIB,
  policyLabelsMax: 1_000,
});

/** Pages for people (review/). */
export const review = Object.freeze({
  pageRows: 50,
  pageRowsMax: 200,
  searchWordsMax: 8,
  /** Rows with these words that one search looks at for those of the right state and time; the next page goes on behind them. */
  searchReachRows: 3_000,
  searchMaxChars: 200,
  bodyMaxBytes: 64 * KIB,
  requestTimeoutMs: 30_000,
  connectionsMax: 1_000,
  /** A session ends when it was not used for this long, and after the other in any case. */
  sessionIdleMs: 14 * 24 * 3600_000,
  sessionMaxMs: 60 * 24 * 3600_000,
  signInValidMs: 15 * 60_000,
  /** Wrong codes for one mail, and for one address in a day; links go on working. */
  codeTriesMax: 5,
  codeTriesPerDayMax: 20,
  signInMailsPerHourMax: 5,
  /** Sign-in requests, codes and opened links of one client (an IPv4 address or a /64), in ten minutes. */
  attemptsPerClientMax: 60,
  attemptsWindowMs: 600_000,
  clientsRememberedMax: 20_000,
  welcomeDaysDefault: 365,
  previewMaxChars: 256 * KIB,
  previewNodesMax: 20_000,
  /** Open elements looked through for closing tags that close none. */
  previewSearchedMax: 10_000_000,
  previewDepthMax: 100,
  attachmentsShownMax: 100,
  rejectedShownMs: 30 * 24 * 3600_000,
  phraseMaxChars: 80,
});

/** The service as a whole. */
export const service = Object.freeze({
  /** How often the decision log is pruned. */
  housekeepingMs: 3_600_000,
  /** On SIGTERM: how long what is under way may take. */
  shutdownGraceMs: 30_000,
});

/** The log on standard output. */
export const log = Object.freeze({
  /** A line waits no longer than this for others to be written with. */
  batchDelayMs: 100,
  batchMinBytes: 64 * KIB,
  /** Lines that nobody reads; beyond it they are dropped, and counted. */
  waitingMaxBytes: 64 * MIB,
});

/** The milter (intake/milter/). */
export const milter = Object.freeze({
  /** Postfix sends a whole field in one packet, whatever was negotiated; its header_size_limit is 102,400. */
  headerPacketMaxBytes: 256 * KIB,
  /** A packet that began must be whole by then. */
  packetTimeoutMs: 60_000,
  /** Between packets: as long as an SMTP client may keep a server waiting; libmilter's own value. */
  idleTimeoutMs: 7_210_000,
  /** For the first packet. */
  negotiationTimeoutMs: 60_000,
  /** While a decision takes its time, the MTA hears this often that it must wait on. */
  progressMs: 5_000,
  macroValueMaxChars: 1_000,
  /** Words of one MAIL or RCPT. */
  wordsMax: 100,
  addressMaxChars: 4_096,
  /** What is read ahead while a message is decided about. */
  unaskedMaxBytes: 64 * KIB,
  fieldsMax: 50_000,
});

/** Learning in this installation (learning/). */
export const learning = Object.freeze({
  /** Clicks remembered; the oldest are forgotten first. */
  lessonsMax: 2_000,
  pageRows: 500,
  refreshMs: 30_000,
  /** Delivered mail counts as wanted when nobody complained for so long. */
  complaintsWithinMs: 7 * 24 * 3600_000,
  evidenceMaxAgeMs: 90 * 24 * 3600_000,
  evidenceMax: 200_000,
});
