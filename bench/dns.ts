/** A name server on loopback that answers from a table: authentication without the network (RFC 1035 section 4). */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Name in lower case to its TXT texts and A addresses. What is not in it does not exist. */
export type NameTable = Readonly<Record<string, { readonly txt?: readonly string[]; readonly a?: readonly string[] }>>;

export interface NameServer {
  /** `127.0.0.1:port`, as `dns-servers` takes it. */
  readonly address: string;
  /** Questions so far: shows what was answered from a cache. */
  readonly asked: () => number;
  readonly close: () => void;
}

const TYPE_A = 1;
const TYPE_TXT = 16;
const CLASS_IN = 1;
const TTL_SECONDS = 3600;
const HEADER_BYTES = 12;

export async function startNameServer(table: NameTable): Promise<NameServer> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (question, from) => {
    asked += 1;
    socket.send(answer(question, table), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: `127.0.0.1:${socket.address().port}`, asked: () => asked, close: () => void socket.close() };
}

function answer(message: Buffer, table: NameTable): Buffer {
  const { name, type, end } = readQuestion(message);
  const entry = table[name];
  const records = (type === TYPE_TXT ? entry?.txt?.map(textData) : type === TYPE_A ? entry?.a?.map(addressData) : undefined) ?? [];
  const header = Buffer.alloc(HEADER_BYTES);
  message.copy(header, 0, 0, 2);
  // Response, authoritative, recursion as asked; NXDOMAIN (3) where nothing has that name or one below it.
  const known = entry !== undefined || Object.keys(table).some((each) => each.endsWith(`.${name}`));
  header.writeUInt16BE(0x8480 | (message.readUInt16BE(2) & 0x0100) | (known ? 0 : 3), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, message.subarray(HEADER_BYTES, end), ...records.map((data) => record(type, data))]);
}

function readQuestion(message: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message.readUInt8(at++); length > 0; length = message.readUInt8(at++)) {
    labels.push(message.toString('latin1', at, at + length));
    at += length;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at), end: at + 4 };
}

/** The name is a pointer to the question's, which always begins behind the header. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(CLASS_IN, 4);
  head.writeUInt32BE(TTL_SECONDS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

/** Character-strings of at most 255 bytes each. */
function textData(text: string): Buffer {
  const pieces = text.match(/[\s\S]{1,255}/g) ?? [''];
  return Buffer.concat(pieces.flatMap((piece) => [Buffer.from([piece.length]), Buffer.from(piece, 'latin1')]));
}

function addressData(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}
