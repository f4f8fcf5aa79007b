/**
 * What one would write in an afternoon: smtp-server in front, nodemailer behind, nothing between.
 * Usage: node bench/baseline-proxy.ts PORT NEXT_HOP_PORT [pooled]; prints `ready`. Plain: nodemailer's default, a
 * connection to the next hop for each message. `pooled`: with its option to keep them, for a harder comparison.
 */
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';

const [port, nextHop] = process.argv.slice(2, 4).map(Number);
const isPooled = process.argv[4] === 'pooled';
if (!port || !nextHop) throw new TypeError('usage: node bench/baseline-proxy.ts PORT NEXT_HOP_PORT [pooled]');

const target = { host: '127.0.0.1', port: nextHop, ignoreTLS: true };
const onward = isPooled ? createTransport({ ...target, pool: true, maxConnections: 50, maxMessages: Infinity }) : createTransport(target);

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  logger: false,
  onData(stream, session, answer) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope;
      const envelope = { from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map((each) => each.address) };
      onward.sendMail({ envelope, raw: Buffer.concat(chunks) }).then(() => answer(null), (error: Error) => answer(error));
    });
  },
});
server.listen(port, '127.0.0.1', () => console.log('ready'));
