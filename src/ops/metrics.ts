/** What is counted and measured, in Prometheus' terms (https://prometheus.io/docs/practices/naming/). Labels are closed sets or bounded. */
import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric } from 'prom-client';
import { ops } from '../message/limits.ts';
import { Timings, type TimingsOptions } from './timings.ts';
import type { Action } from '../policy/verdict.ts';

const STAGES = ['walk', 'gather', 'score', 'decide', 'hold', 'onward'] as const;
export type Stage = (typeof STAGES)[number];
export type NextHopError = 'connect' | 'timeout' | 'protocol' | '4xx' | '5xx';

export interface Metrics {
  readonly registry: Registry;
  decided(policy: string, action: Action): void;
  /** @param ms how long this stage took for one message */
  stage(stage: Stage, ms: number): void;
  nextHopError(kind: NextHopError): void;
  held(policy: string): void;
  holdFailed(code: string): void;
  /** @param kind of the row in the outbox: a notice of ours is not a release */
  released(outcome: 'delivered' | 'put-off' | 'failed', kind?: 'release' | 'undelivered' | 'notice'): void;
  /** Digests queued, and messages that they listed. */
  digested(listed: number): void;
  expired(what: 'deleted' | 'delivered-marked'): void;
  connectionOpened(door: string): void;
  connectionClosed(door: string): void;
  /** A message that came by the milter. @param verdict as its MTA was told @param ms from its end to the answer */
  milterAnswered(verdict: string, ms: number): void;
  /** A connection that the milter closed. @param kind from the code, never from the peer */
  milterError(kind: string): void;
  /** Somebody moved a message of ours. @param lesson wanted, unwanted or taken-back */
  moved(lesson: string): void;
  /** Something that should not happen; `where` is a name from the code, never from mail. */
  error(where: string): void;
}

export interface MetricsOptions {
  /** Asked when the metrics are read. */
  readonly outboxPending: () => Promise<number>;
  /** False in tests: Node's own metrics observe the event loop. */
  readonly processMetrics?: boolean;
}

/** Seconds; from a tenth of a millisecond, which a cheap stage takes, to a slow next hop's half minute. */
const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** All of them at nought. None of the methods throws. */
export function createMetrics({ outboxPending, processMetrics = true }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const timings = <Name extends string>(options: TimingsOptions<Name>): Timings<Name> => {
    const made = new Timings(options);
    registry.registerMetric(made as unknown as Metric);
    return made;
  };
  const decisions = new Counter({ name: 'usher_decisions_total', help: 'Decisions, one for each recipient', labelNames: ['policy', 'action'], registers });
  const stages = timings({ name: 'usher_stage_seconds', help: 'Time that each stage took for one message', label: 'stage', of: STAGES, buckets: BUCKETS });
  const nextHop = new Counter({ name: 'usher_next_hop_errors_total', help: 'Failures of the next hop, by kind', labelNames: ['kind'], registers });
  const holds = new Counter({ name: 'usher_held_total', help: 'Messages held, one for each recipient', labelNames: ['policy'], registers });
  const holdErrors = new Counter({ name: 'usher_hold_errors_total', help: 'Messages that could not be held, by reason', labelNames: ['code'], registers });
  const releases = new Counter({ name: 'usher_releases_total', help: 'Attempts to deliver released mail, by outcome', labelNames: ['outcome'], registers });
  const notices = new Counter({ name: 'usher_notices_total', help: 'Attempts to deliver our own notices, by outcome', labelNames: ['outcome'], registers });
  const digests = new Counter({ name: 'usher_digests_total', help: 'Digests queued', registers });
  const digestItems = new Counter({ name: 'usher_digest_items_total', help: 'Held messages listed in digests', registers });
  const expiries = new Counter({ name: 'usher_expired_total', help: 'Held messages whose time was over, by what became of them', labelNames: ['outcome'], registers });
  const connections = new Counter({ name: 'usher_connections_total', help: 'Connections accepted', labelNames: ['door'], registers });
  const open = new Gauge({ name: 'usher_connections_open', help: 'Connections that are open', labelNames: ['door'], registers });
  const milterMessages = new Counter({ name: 'usher_milter_messages_total', help: 'Messages that came by the milter, by what the mail server was told', labelNames: ['verdict'], registers });
  const milterErrors = new Counter({ name: 'usher_milter_protocol_errors_total', help: 'Connections of the milter closed because of what the peer sent, or did not send in time', labelNames: ['kind'], registers });
  const milterSeconds = timings({ name: 'usher_milter_seconds', help: 'Time from the end of a message to its answer to the mail server', label: null, of: ['all'], buckets: BUCKETS });
  const moves = new Counter({ name: 'usher_moved_total', help: 'Delivered messages that people moved into or out of the junk folder, by what that taught', labelNames: ['lesson'], registers });
  const errors = new Counter({ name: 'usher_errors_total', help: 'Errors that should not happen, by place', labelNames: ['where'], registers });
  registry.registerMetric(new Gauge({
    name: 'usher_outbox_pending', help: 'Messages that wait to be delivered by us', registers: [],
    async collect() {
      // NaN is how Prometheus says "unknown"; zero would be a lie.
      this.set(await outboxPending().catch(() => Number.NaN));
    },
  }));
  if (processMetrics) collectDefaultMetrics({ register: registry });

  const name = boundedNames(ops.policyLabelsMax);
  return {
    registry,
    decided: (policy, action) => decisions.inc({ policy: name(policy), action }),
    stage: (stage, ms) => stages.observe(stage, ms / 1000),
    nextHopError: (kind) => nextHop.inc({ kind }),
    held: (policy) => holds.inc({ policy: name(policy) }),
    holdFailed: (code) => holdErrors.inc({ code }),
    released: (outcome, kind = 'release') => (kind === 'notice' ? notices : releases).inc({ outcome }),
    digested: (listed) => { digests.inc(); digestItems.inc(listed); },
    expired: (outcome) => expiries.inc({ outcome }),
    connectionOpened: (door) => { connections.inc({ door }); open.inc({ door }); },
    connectionClosed: (door) => open.dec({ door }),
    milterAnswered: (verdict, ms) => { milterMessages.inc({ verdict }); milterSeconds.observe('all', ms / 1000); },
    milterError: (kind) => milterErrors.inc({ kind }),
    moved: (lesson) => moves.inc({ lesson }),
    error: (where) => errors.inc({ where }),
  };
}

/** The first names keep their own series; what comes beyond the bound is counted as `other`, so that memory stays bounded over many reloads. */
export function boundedNames(max: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= max) return 'other';
    known.add(name);
    return name;
  };
}
