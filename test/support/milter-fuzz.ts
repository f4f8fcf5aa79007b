/**
 * The milter's session under any bytes: streams that an MTA might send, changed here and there, must end in packets, violations
 * or silence, never in an exception, with memory bounded by what came, and be read alike however they are cut.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Random } from '../../bench/random.ts';
import { planEdits } from '../../src/actions/headers.ts';
import { ByteBudget } from '../../src/intake/byte-budget.ts';
import { deliverReplies } from '../../src/intake/milter/answer.ts';
import { MilterSession, type MilterMessage } from '../../src/intake/milter/session.ts';
import { encodeReply, FrameReader, parseCommand, parseReply } from '../../src/intake/milter/wire.ts';
import { Networks } from '../../src/intake/networks.ts';
import { limitDefaults } from '../../src/message/limits.ts';

const MESSAGE_MAX_BYTES = 20_000;
const RECIPIENTS_MAX = 5;
/** Beside the message: one unfinished packet, twice its bytes (FrameReader). */
const PACKET_MAX_BYTES = 1_048_576 + 5;

export const SEEDS_DIR = resolve('test/fuzz-seeds');

/** Streams as hexadecimal digits; lines that begin with `#` say what they show. */
export function readSeeds(): readonly { readonly name: string; readonly bytes: Buffer }[] {
  return readdirSync(SEEDS_DIR).filter((name) => name.endsWith('.hex')).toSorted().map((name) => ({
    name, bytes: Buffer.from(readFileSync(join(SEEDS_DIR, name), 'latin1').replace(/^#.*$/gm, '').replace(/\s+/g, ''), 'hex'),
  }));
}

/** Throws when anything is not as it must be. */
export function examine(stream: Buffer, random: Random): void {
  const whole = run([stream]);
  const pieces: Buffer[] = [];
  for (let at = 0; at < stream.length;) {
    const size = random.between(1, random.next() < 0.5 ? 7 : 5000);
    pieces.push(stream.subarray(at, at + size));
    at += size;
  }
  assert.deepEqual(run(pieces), whole, 'cut otherwise, the stream was read otherwise');
}

/** What the session did, as texts. */
function run(pieces: readonly Buffer[]): readonly string[] {
  const budget = new ByteBudget(1e9);
  let now = 1_780_000_000_000;
  const session = new MilterSession({
    limits: { ...limitDefaults, messageMaxBytes: MESSAGE_MAX_BYTES, recipientsMax: RECIPIENTS_MAX }, bareLineBreaks: 'refuse', budget, tcp: true, clock: { now: () => now++ },
    networks: { relays: new Networks(['10.0.0.0/8']), ourNetworks: new Networks(['172.16.0.0/12']) },
  });
  const reader = new FrameReader({ dataMaxBytes: (code) => session.dataMaxBytes(code) });
  const log: string[] = [];
  let receivedBytes = 0;
  for (const piece of pieces) {
    reader.push(piece);
    receivedBytes += piece.length;
    for (;;) {
      const frame = reader.next();
      if (frame === null) break;
      const command = 'fault' in frame ? frame : parseCommand(frame);
      const step = command.type === 'fault' ? command : session.receive(command);
      assert(budget.usedBytes <= Math.min(receivedBytes + MESSAGE_MAX_BYTES / 10, MESSAGE_MAX_BYTES), 'more is kept than came');
      if (step.type === 'message') {
        log.push(answer(step.message));
        session.messageDone();
        assert.equal(budget.usedBytes, 0, 'a message stays behind');
      } else if (step.type === 'go-on' || step.type === 'agreed') {
        assert(step.replies.length <= 1, 'more than one answer to a command');
        for (const reply of step.replies) {
          encodeReply(reply);
          log.push(reply.type);
        }
      } else {
        log.push(step.type === 'violation' ? step.what : step.type);
        session.close();
        assert.equal(budget.usedBytes, 0, 'a message stays behind');
        return log;
      }
    }
    assert(reader.pendingBytes <= PACKET_MAX_BYTES, 'an endless packet');
  }
  session.close();
  assert.equal(budget.usedBytes, 0, 'a message stays behind');
  return log;
}

/** Every message can be answered for, and is a message. */
function answer({ transaction: { envelope, bytes }, fields, recipientWords, agreement, refused }: MilterMessage): string {
  assert(envelope.recipients.length >= 1 && envelope.recipients.length <= RECIPIENTS_MAX);
  assert.equal(recipientWords.length, envelope.recipients.length);
  if (refused !== null) return `refused ${refused.reason}`;
  assert(bytes.length <= MESSAGE_MAX_BYTES);
  assert(!/\r(?!\n)|(?<!\r)\n/.test(bytes.toString('latin1')), 'a line break that is none');
  for (const { start, valueStart, end } of fields) assert(start < valueStart && valueStart < end && bytes.toString('latin1', end - 2, end) === '\r\n', 'a field without its end');
  const edits = planEdits({ envelope, bytes, subject: '', score: null, authenticationResults: 'spf=none', hostname: 'mx.example.com' }, []);
  for (const reply of deliverReplies({ bytes, fields, recipientWords, agreement, group: { recipients: [0], edits, mailboxFolder: null } })) {
    const packet = encodeReply(reply);
    assert.deepEqual(parseReply({ code: packet.toString('latin1', 4, 5), data: packet.subarray(5) }), reply);
  }
  return `message ${bytes.toString('latin1')} from ${envelope.sender.key} at ${envelope.client.ip ?? ''}`;
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x20, 0x3a, 0x41, 0x42, 0x43, 0x44, 0x45, 0x48, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x51, 0x52, 0x54, 0x55];

/** A stream near another one. */
export function mutate(stream: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(stream);
  for (let times = random.between(1, 6); times > 0; times--) {
    const at = random.between(0, Math.max(0, bytes.length - 1));
    const length = random.between(1, 40);
    switch (random.between(0, 7)) {
      case 0: if (bytes.length > 0) bytes[at] = random.between(0, 255); break;
      case 1: if (bytes.length > 0) bytes[at] = random.pick(INTERESTING); break;
      case 2: bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]); break;
      case 3: bytes = Buffer.concat([bytes.subarray(0, at), random.bytes(length), bytes.subarray(at)]); break;
      case 4: bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]); break;
      default: bytes = packets(bytes, others, random);
    }
  }
  return bytes;
}

/** Whole packets left out, doubled, exchanged, or taken from another stream. */
function packets(stream: Buffer, others: readonly Buffer[], random: Random): Buffer {
  const list = cut(stream);
  const at = random.between(0, list.length);
  const theirs = cut(random.pick(others));
  switch (random.between(0, 3)) {
    case 0: list.splice(at, 1); break;
    case 1: list.splice(at, 0, ...list.slice(at, at + random.between(1, 4))); break;
    case 2: list.splice(at, 0, list.splice(random.between(0, list.length), 1)[0] ?? Buffer.alloc(0)); break;
    default: list.splice(at, random.between(0, 2), ...theirs.slice(random.between(0, theirs.length), random.between(1, theirs.length)));
  }
  return Buffer.concat(list);
}

function cut(stream: Buffer): Buffer[] {
  const list: Buffer[] = [];
  for (let at = 0; at + 4 <= stream.length && list.length < 1000;) {
    const end = Math.min(stream.length, at + 4 + stream.readUInt32BE(at));
    list.push(stream.subarray(at, end));
    at = end;
  }
  return list;
}
