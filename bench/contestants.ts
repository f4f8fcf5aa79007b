/** Who is measured: nothing between, a plain proxy, Usher passing through, Usher deciding; all before one smtp-sink. */
import { resolve } from 'node:path';
import { startChild, type RunningChild } from '../test/support/child.ts';
import { freePort, isListening } from '../test/support/ports.ts';
import { startUsher, usherHome, type LogEvent, type RunningUsher, type UsherHome } from '../test/support/usher.ts';
import { waitFor } from '../test/support/wait.ts';

export interface Contestant {
  readonly name: string;
  /** Where mail is sent. */
  readonly port: number;
  /** Process that is ours; null: none of the work is. */
  readonly pid: number | null;
  /** Throws unless so many messages more than at the last call were handled as they should be. */
  readonly expect: (messages: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const RECIPIENT = 'office@example.com';

/** The page of a small company with an ordinary welcome list: nothing of the benchmark's mail is stopped by it. */
const PAGE = `policy: company
owner: ${RECIPIENT}
applies-to: everyone
intent: balanced
always-welcome:
  - sender: "*@customer.example"
    because: "buys from us"
  - words: ["purchase order 4711"]
    because: "we wait for it"
`;

const uncounted = async (): Promise<void> => undefined;

/** smtp-sink of Postfix: takes everything, keeps nothing. */
export async function startSink(): Promise<Contestant> {
  const port = await freePort();
  // It refuses to work as root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = await startChild('/usr/sbin/smtp-sink', [...user, '-m', '2000', `127.0.0.1:${port}`, '1024']);
  await waitFor('smtp-sink', () => isListening(port)).catch((error: Error) => { throw new Error(`${error.message}: ${child.output()}`, { cause: error }); });
  return { name: 'direct', port, pid: null, expect: uncounted, stop: stopping(child) };
}

const stopping = (child: RunningChild) => async (): Promise<void> => void (await child.stop());

/** @param name `baseline`: as plain as it gets; `baseline-pooled`: keeps its connections to the next hop, as Usher does */
export async function startBaseline(sinkPort: number, name: 'baseline' | 'baseline-pooled'): Promise<Contestant> {
  const port = await freePort();
  const child = await startChild(process.execPath, [resolve('bench/baseline-proxy.ts'), String(port), String(sinkPort), ...(name === 'baseline' ? [] : ['pooled'])]);
  await waitFor('the plain proxy', () => child.lines.includes('ready'), 30_000);
  return { name, port, pid: child.pid, expect: uncounted, stop: stopping(child) };
}

export interface UsherSettings {
  readonly name: string;
  readonly nextHopPort: number;
  /** `in` is judged, `out` is not. */
  readonly direction: 'in' | 'out';
  /** What may become of mail that is judged; left out: it is delivered. */
  readonly actions?: readonly string[];
  /** Further keys of usher.yaml. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The same, as variables. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface UsherContestant extends Contestant {
  readonly pid: number;
  readonly home: UsherHome;
  readonly usher: RunningUsher;
}

export async function startUsherContestant({ name, nextHopPort, direction, actions = ['deliver'], config = {}, environment = {} }: UsherSettings): Promise<UsherContestant> {
  const home = await usherHome({ config: { 'deliver-to': `smtp://127.0.0.1:${nextHopPort}`, ...config }, policies: { company: PAGE } });
  const usher = await startUsher(home, environment);
  const wanted = direction === 'in' ? actions : ['none'];
  /** Log lines looked at, and decisions among them that nobody asked for yet. */
  let looked = 0;
  let decided = 0;
  const look = (): number => {
    for (; looked < usher.events.length; looked++) {
      const event = usher.events[looked] as LogEvent;
      if (event.msg !== 'decided') continue;
      decided++;
      if (event['direction'] !== direction || !wanted.includes(String(event['action']))) throw new Error(`${name} did with a message what it should not: ${JSON.stringify(event)}`);
    }
    return decided;
  };
  return {
    name, port: home.ports.smtp, pid: usher.pid, home, usher,
    expect: async (messages) => {
      await waitFor(`${messages} more decisions of ${name}`, () => look() >= messages);
      decided -= messages;
    },
    stop: async () => {
      await usher.stop();
      home.remove();
    },
  };
}

/** Mail comes from a network of ours: it goes out unfiltered. */
export const passing = (nextHopPort: number): Promise<UsherContestant> =>
  startUsherContestant({ name: 'passing', nextHopPort, direction: 'out', config: { 'our-networks': ['127.0.0.0/8'] } });

/** Mail comes in and is judged; look-ups go to `nameServer`, and from the second message on to Usher's cache. */
export const deciding = (nextHopPort: number, nameServer: string): Promise<UsherContestant> =>
  startUsherContestant({ name: 'deciding', nextHopPort, direction: 'in', config: { 'dns-servers': [nameServer] } });
