/** Bounds of what looks into files and of what asks elsewhere; part of limits.ts, through which they are used. */
const KIB = 1024;
const MIB = 1024 * KIB;

/** Looking into files (danger/): of one message, all files together unless the name says otherwise. */
export const inspection = Object.freeze({
  /** Decoded bytes of one attachment, and of all. */
  fileMaxBytes: 16 * MIB,
  /** Looked at of a file that is larger. */
  beginningMaxBytes: 256 * KIB,
  filesTotalMaxBytes: 24 * MIB,
  /** Bytes that unpacking may make, of one file inside another and of all. */
  unpackedFileMaxBytes: 8 * MIB,
  unpackedTotalMaxBytes: 24 * MIB,
  /** Bytes of all files that are looked into, each counted as often as archives point at it; and what one unpacking counts at least. */
  lookedTotalMaxBytes: 64 * MIB,
  unpackingMinBytes: 8 * KIB,
  /** Files inside files that are looked at, and names that are read. */
  filesMax: 1000,
  namesMax: 3000,
  /** Text that is searched word by word: pages, macros, XML, dictionaries. */
  searchedTotalMaxBytes: 4 * MIB,
  /** An archive in an archive in an archive …: how far down. */
  depthMax: 5,
  /** What is kept of a file's beginning to tell its kind. */
  headBytes: 4096,
  /** Packed bytes that are unpacked to see a beginning: 1,032 times as much comes out at most (RFC 1951). */
  headPackedBytes: 2048,
  nameMaxChars: 300,
  findingsMax: 100,
  /** Sectors and directory entries of an OLE file. */
  oleSectorsMax: 40_000,
  oleEntriesMax: 2000,
  recordsMax: 20_000,
  macroTextMaxBytes: 512 * KIB,
  macroModuleMaxBytes: 128 * KIB,
  macroModulesMax: 300,
  pageMaxBytes: 2 * MIB,
  pagesMax: 20,
  pageTextMaxChars: 4000,
  /** Code of a page that is written as letters or numbers and read once more, and how often. */
  pageDecodedMaxChars: 256 * KIB,
  pageLayersMax: 3,
  xmlMaxBytes: 4 * MIB,
  pdfTextMaxBytes: 4 * MIB,
  /** Of all PDF files together. */
  pdfStreamsMax: 10_000,
  rtfMaxBytes: 4 * MIB,
});

/** ARC (signals/arc.ts); RFC 8617 section 4.2.1 allows 50 sets. */
export const arc = Object.freeze({ setsMax: 10 });

/** Lists in the DNS (signals/dns-lists.ts). */
export const dnsLists = Object.freeze({
  /** A list that has not answered by then is not waited for. */
  answerTimeoutMs: 2_000,
  linkDomainsMax: 10,
  /** How often a list is asked what it must not know (RFC 5782 section 5). */
  testEveryMs: 3_600_000,
  /** How long a list that talks nonsense, or refuses, is left alone; and one that does not answer. */
  nonsensePauseMs: 3_600_000,
  silencePauseMs: 300_000,
  failuresMax: 3,
  listsMax: 30,
});

/** Reverse DNS (signals/fcrdns.ts). */
export const reverseDns = Object.freeze({ namesMax: 3, /** Read addresses that are kept for the next message (twice as many at most). */ addressesKeptMax: 2_000 });

/** ClamAV (platform/clamd.ts). */
export const scanner = Object.freeze({
  /** Connecting, waiting for a free place, and scanning together. */
  timeoutMs: 12_000,
  connectionsMax: 8,
  /** StreamMaxLength as clamd comes. */
  messageMaxBytes: 25 * MIB,
  chunkBytes: 256 * KIB,
  replyMaxBytes: 4 * KIB,
});

/** What is remembered of senders (signals/history.ts). */
export const history = Object.freeze({
  /** After this time an event counts half. */
  writtenHalfLifeMs: 180 * 24 * 3600_000,
  releasedHalfLifeMs: 90 * 24 * 3600_000,
  blockedHalfLifeMs: 60 * 24 * 3600_000,
  complainedHalfLifeMs: 60 * 24 * 3600_000,
  /** Below this share of one event nothing is left of it. */
  forgottenBelow: 0.1,
  /** From here on it happens often. */
  oftenFrom: 2.5,
  /** Message-IDs of ours are known for so long. */
  sentIdKeepMs: 180 * 24 * 3600_000,
  referencesExaminedMax: 6,
  answerTimeoutMs: 2_000,
});

/** Looking for mail that people moved (mailboxes/). */
export const mailboxes = Object.freeze({
  scanEveryMs: 30_000,
  /** Files opened in one look; the rest waits for the next. */
  filesPerScanMax: 5_000,
  /** Whoever moves hundreds of messages at once tidies up, and shall not push out what others taught. */
  lessonsPerMailboxAndDayMax: 100,
  /** File systems keep coarser time than we do. */
  clockMarginMs: 2_000,
  messageMaxBytes: 25 * MIB,
});
