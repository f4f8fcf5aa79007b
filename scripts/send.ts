/** `npm run send -- --to ADDRESS …`: sends one mail to a running Usher, so that a newcomer can see it work. */
import { parseArgs } from 'node:util';
import { createTransport } from 'nodemailer';

// The Generic Test for Unsolicited Bulk Email, put together here so that this file is not itself taken for spam.
const GTUBE = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL', '*C.34X'].join('');

const usage = `Usage: npm run send -- --to ADDRESS [--from ADDRESS] [--subject TEXT] [--text TEXT] [--gtube] [--server HOST:PORT]`;

const { values } = parseArgs({
  options: {
    to: { type: 'string' },
    from: { type: 'string', default: 'customer@somewhere.example' },
    subject: { type: 'string', default: 'A first mail' },
    text: { type: 'string', default: 'Hello, this is a first mail through Usher.' },
    gtube: { type: 'boolean', default: false },
    server: { type: 'string', default: '127.0.0.1:2525' },
  },
});

if (!values.to) {
  console.error(usage);
  process.exit(2);
}
const [host, port] = values.server.split(':');
const transport = createTransport({ host: host!, port: Number(port ?? 2525), ignoreTLS: true, connectionTimeout: 5000 });
try {
  const sent = await transport.sendMail({ from: values.from, to: values.to, subject: values.subject, text: values.gtube ? GTUBE : values.text });
  console.log(`The server answered: ${sent.response}`);
} catch (error) {
  console.log(`The server answered: ${(error as { response?: string }).response ?? (error as Error).message}`);
  process.exitCode = 1;
}
