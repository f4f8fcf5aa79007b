/** Conversations in text files: read, carried out through a front door, compared. The format: test/conversations/README.md. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** One line of a conversation, with its number for the message of a failure. */
export interface Step {
  readonly line: number;
  readonly mark: 'C' | 'R' | 'S' | 'S~' | '!' | 'N' | 'M' | 'E';
  readonly text: string;
}

export interface Conversation {
  readonly file: string;
  readonly about: string;
  readonly doors: readonly string[];
  /** Every other header line, in order: `next-hop: RCPT a@b => 550 no` is ['next-hop', 'RCPT a@b => 550 no']. */
  readonly options: readonly (readonly [string, string])[];
  readonly steps: readonly Step[];
}

/** What happened behind the door. */
export interface DoorRecord {
  /** What the next hop was asked, as in `N:` lines. */
  readonly nextHop: readonly string[];
  /** The last message handed over; null: none was. */
  readonly message: Buffer | null;
  /** `key=value` facts of the last envelope and its verdicts. */
  readonly facts: readonly string[];
}

/** A front door that conversations are carried out through. */
export interface ConversationDoor {
  readonly name: string;
  open(conversation: Conversation): Promise<OpenDoor>;
}

export interface OpenDoor {
  /** Where to connect to, and from which address. */
  readonly target: { readonly port: number; readonly host: string; readonly localAddress: string } | { readonly path: string };
  record(): DoorRecord;
  /** `! text` steps that this door knows, e.g. a shutdown. */
  perform(action: string): Promise<void>;
  close(): Promise<void>;
}

const STEP = /^(C|R|S~|S|N|M|E|!)(?::|(?=\s)) ?(.*)$/;

export function readConversation(path: string): Conversation {
  const options: [string, string][] = [];
  const steps: Step[] = [];
  let inHead = true;
  for (const [index, text] of readFileSync(path, 'utf8').split('\n').entries()) {
    const line = index + 1;
    if (text === '---') inHead = false;
    else if (text.startsWith('#') || text.trim() === '') continue;
    else if (inHead) {
      const colon = text.indexOf(':');
      if (colon < 1) throw new Error(`${path}:${line}: a header line is "key: value"`);
      options.push([text.slice(0, colon).trim(), text.slice(colon + 1).trim()]);
    } else {
      const match = STEP.exec(text);
      if (!match) throw new Error(`${path}:${line}: not a step: ${text}`);
      steps.push({ line, mark: match[1] as Step['mark'], text: match[2] ?? '' });
    }
  }
  const one = (key: string): string | undefined => options.find(([name]) => name === key)?.[1];
  const about = one('about');
  if (about === undefined) throw new Error(`${path}: "about:" is missing`);
  return { file: path, about, doors: (one('doors') ?? one('protocol') ?? 'smtp').split(/\s+/), options, steps };
}

/** Carries it out and throws at the first difference, with the file and line. */
export async function runConversation(conversation: Conversation, door: ConversationDoor): Promise<void> {
  const opened = await door.open(conversation);
  const client = new Client(opened);
  try {
    await talk(conversation, client, opened);
    await client.settle();
    compareRecord(conversation, opened.record());
  } finally {
    client.destroy();
    await opened.close();
  }
}

async function talk(conversation: Conversation, client: Client, opened: OpenDoor): Promise<void> {
  // Lines that nothing is expected between go out in one write: that is what pipelining is.
  let outgoing = '';
  for (const step of conversation.steps) {
    if (step.mark === 'C') outgoing += `${repeated(step.text)}`;
    else if (step.mark === 'R') outgoing += unescape(step.text);
    if (step.mark === 'C' || step.mark === 'R') continue;
    if (outgoing !== '') client.write(Buffer.from(outgoing, 'latin1'));
    outgoing = '';
    if (step.mark === '!') await act(step.text, client, opened);
    else if (step.mark === 'S' || step.mark === 'S~') await expectLine(conversation, step, client);
  }
  if (outgoing !== '') client.write(Buffer.from(outgoing, 'latin1'));
}

/** `(5 times) NOOP` is the line five times. */
function repeated(text: string): string {
  const match = /^\((\d+) times\) (.*)$/.exec(text);
  const line = `${unescape(match?.[2] ?? text)}\r\n`;
  return match ? line.repeat(Number(match[1])) : line;
}

/** UTF-8 as bytes in latin1, so that everything is a byte; `\r \n \0 \t \\ \xHH` as usual. */
function unescape(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  return bytes.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (_, hex?: string, char?: string) =>
    hex ? String.fromCharCode(parseInt(hex, 16)) : ({ r: '\r', n: '\n', t: '\t', 0: '\0' } as Record<string, string>)[char as string] ?? (char as string));
}

async function act(text: string, client: Client, opened: OpenDoor): Promise<void> {
  const [word, ...rest] = text.split(' ');
  if (word === 'wait') await new Promise((resolve) => setTimeout(resolve, Number(rest[0])));
  else if (word === 'tls') await client.startTls();
  else if (word === 'disconnect') client.destroy();
  else await opened.perform(text);
}

async function expectLine(conversation: Conversation, step: Step, client: Client): Promise<void> {
  const whole = /^\((\d{3})\)$/.exec(step.text)?.[1];
  if (whole !== undefined) return expectReply(conversation, step, client, whole);
  const got = await client.line();
  const wanted = step.mark === 'S~' ? new RegExp(`^${step.text}$`) : new RegExp(`^${step.text.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
  if (!wanted.test(got)) throw new Error(`${conversation.file}:${step.line}: expected "${step.text}", got "${got}"`);
}

/** A reply of any number of lines, of which only the code matters. */
async function expectReply(conversation: Conversation, step: Step, client: Client, code: string): Promise<void> {
  for (;;) {
    const got = await client.line();
    if (!got.startsWith(code)) throw new Error(`${conversation.file}:${step.line}: expected a ${code}, got "${got}"`);
    if (got[3] !== '-') return;
  }
}

function compareRecord(conversation: Conversation, record: DoorRecord): void {
  const of = (mark: Step['mark']): string[] => conversation.steps.filter((step) => step.mark === mark).map((step) => step.text);
  const differ = (what: string, expected: readonly string[], got: readonly string[]): void => {
    if (JSON.stringify(expected) !== JSON.stringify(got)) throw new Error(`${conversation.file}: ${what}\nexpected:\n  ${expected.join('\n  ')}\ngot:\n  ${got.join('\n  ')}`);
  };
  if (of('N').length > 0) differ('the next hop was asked something else', of('N'), record.nextHop);
  const missing = of('E').filter((fact) => !record.facts.includes(fact));
  if (missing.length > 0) throw new Error(`${conversation.file}: not so: ${missing.join(', ')}; but: ${record.facts.join(', ')}`);
  const message = of('M');
  if (message.length === 1 && message[0] === '(none)') {
    if (record.message !== null) throw new Error(`${conversation.file}: a message was handed over: ${JSON.stringify(record.message.toString('latin1'))}`);
  } else if (message.length > 0) {
    differ('another message was handed over', [message.map((line) => `${unescape(line)}\r\n`).join('')], [record.message?.toString('latin1') ?? '(none)']);
  }
}

const CLOSED = '(closed)';
const PATIENCE_MS = 5_000;

/** The client's side of the connection: complete reply lines, and whether it was closed. */
class Client {
  #socket: Socket;
  #buffer = '';
  readonly #lines: string[] = [];
  #wake: (() => void) | null = null;
  #open = true;

  constructor(opened: OpenDoor) {
    this.#socket = connect('path' in opened.target ? { path: opened.target.path } : opened.target);
    this.#listen();
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  async line(): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.#lines.length === 0 && this.#open) {
      if (Date.now() > deadline) return '(nothing)';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, PATIENCE_MS / 10).unref();
      });
    }
    return this.#lines.shift() ?? CLOSED;
  }

  async startTls(): Promise<void> {
    this.#socket.removeAllListeners();
    const secure = connectTls({ socket: this.#socket, rejectUnauthorized: false });
    this.#socket = secure;
    this.#listen();
    await new Promise<void>((resolve) => secure.once('secureConnect', resolve));
  }

  /** Lets the other side see what was written last. */
  async settle(): Promise<void> {
    this.#socket.end();
    const deadline = Date.now() + PATIENCE_MS;
    while (this.#open && Date.now() < deadline) await new Promise<void>((resolve) => { this.#wake = resolve; setTimeout(resolve, 50).unref(); });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  destroy(): void {
    this.#socket.destroy();
    this.#open = false;
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      const parts = (this.#buffer + chunk.toString('utf8')).split('\r\n');
      this.#buffer = parts.pop() as string;
      this.#lines.push(...parts);
      this.#wake?.();
    });
    const closed = (): void => {
      this.#open = false;
      this.#wake?.();
    };
    this.#socket.on('end', closed).on('close', closed).on('error', closed);
  }
}
