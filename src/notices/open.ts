/** Puts together what sends mail of our own: notices, digests, and the end of what digests have named. */
import type { Config } from '../config.ts';
import { digest as limits } from '../message/limits.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { PolicySet } from '../policy/resolved.ts';
import type { DigestParts } from '../quarantine/digest-make.ts';
import { runDigests, type DigestJobOptions } from '../quarantine/digest-job.ts';
import { expireNamed, type ExpireOptions } from '../quarantine/expire-job.ts';
import type { QuarantineFolders } from '../quarantine/folders.ts';
import { startRepeating } from '../quarantine/repeating.ts';
import { linkKeys } from '../review/link-keys.ts';
import { lookAgain, type AssessAgain } from '../review/look-again.ts';
import { linkUrl, makeToken } from '../review/tokens.ts';
import type { Store } from '../storage/store.ts';
import { words } from '../words/index.ts';
import { dkimSigner } from './dkim.ts';
import { noticesTo, type Notices } from './notice.ts';
import { personalDigests } from './personal.ts';

export interface NoticeParts {
  readonly config: Pick<Config, 'noticesFrom' | 'dkim' | 'publicUrl' | 'hostname'>;
  readonly store: Store;
  readonly clock: Clock;
}

/** @param queued told when something waits in the outbox @throws an Error with a sentence for the operator when the key for DKIM cannot be used */
export function openNotices({ config, store, clock }: NoticeParts, queued?: () => void): Notices {
  const sign = config.dkim === null ? null : dkimSigner(config.dkim);
  return noticesTo(store.notices, { from: config.noticesFrom, sign, clock }, queued);
}

/** What makes digests, for the service and for `usher digest`. */
export function digestParts({ config, store, clock }: NoticeParts, notices: Notices): DigestParts {
  const { publicUrl, hostname } = config;
  const home = publicUrl.replace(/\/+$/, '');
  return {
    digests: store.digests, compose: notices.compose, words, hostname, clock,
    linkMaker: async () => {
      const [key] = await linkKeys(store.settings, clock);
      return (link) => linkUrl(publicUrl, makeToken(link, key));
    },
    places: { home: `${home}/`, settings: `${home}/preferences` },
    personalOf: personalDigests(store.review.preferences),
  };
}

export interface DigestsOptions extends NoticeParts {
  readonly notices: Notices;
  readonly policies: () => PolicySet;
  readonly folders: QuarantineFolders;
  readonly metrics: Pick<Metrics, 'digested' | 'expired' | 'error'>;
  readonly log: Log;
  readonly assess: AssessAgain;
  /** Told when digests wait in the outbox. */
  readonly wake: () => void;
}

/** Digests are looked for every minute, what may expire every hour. */
export function startDigests(options: DigestsOptions): { stop(): Promise<void> } {
  const { notices, policies, metrics, log, clock, wake, store, folders } = options;
  const job: DigestJobOptions = {
    ...digestParts(options, notices), policies, log,
    queued: ({ listed }) => {
      metrics.digested(listed);
      wake();
    },
    failed: () => metrics.error('digest'),
  };
  const expiry: ExpireOptions = {
    store, folders, clock, policies, log, expired: metrics.expired,
    isDangerousNow: async (row) => (await lookAgain(row, { store, folders, clock }, options.assess))?.dangerous ?? null,
  };
  const running = [
    startRepeating('digests', limits.lookMs, async (isStopped) => void (await runDigests(job, { isStopped })), { clock, log }),
    startRepeating('expiry', limits.expireLookMs, async (isStopped) => void (await expireNamed(expiry, isStopped)), { clock, log }),
  ];
  return { stop: async () => void (await Promise.all(running.map((each) => each.stop()))) };
}
