/** The harness itself, with a filter that passes or refuses everything: what fails here is no fault of Usher's. */
import { SMTPServer } from 'smtp-server';
import { createTransport } from 'nodemailer';
import { once } from 'node:events';
import { startCompany, startSender } from '../support/mail-servers.ts';
import { freePort } from '../support/ports.ts';
import type { RunningPostfix } from '../support/postfix.ts';
import { describeIf, requirement } from '../support/requires.ts';
import { swaks } from '../support/swaks.ts';

const USERS = ['office@example.com'];
const ANNA = 'anna@sender.example';

describeIf([requirement('postfix'), requirement('swaks')], 'two mail servers and a filter between', () => {
  const started: RunningPostfix[] = [];
  let filter: SMTPServer;
  let company: RunningPostfix;
  let sender: RunningPostfix;
  let ports: { smtp: number; filter: number; reinjection: number; sender: number };

  beforeAll(async () => {
    ports = { smtp: await freePort(), filter: await freePort(), reinjection: await freePort(), sender: await freePort() };
    const onward = createTransport({ host: '127.0.0.1', port: ports.reinjection, ignoreTLS: true });
    filter = new SMTPServer({
      authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true, logger: false, useXForward: true,
      onData: (stream, session, answer) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
          const raw = Buffer.concat(chunks);
          if (raw.includes('refuse me')) return answer(Object.assign(new Error('5.7.1 Please telephone us.'), { responseCode: 550 }));
          const { mailFrom, rcptTo } = session.envelope;
          const envelope = { from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map((each) => each.address) };
          onward.sendMail({ envelope, raw }).then(() => answer(null), (error: Error) => answer(error));
        });
      },
    });
    await once(filter.listen(ports.filter, '127.0.0.1'), 'listening');
    started.push((company = await startCompany(ports, USERS)), (sender = await startSender(ports.sender, ports.smtp, [ANNA])));
  }, 60_000);

  afterAll(async () => {
    await Promise.all(started.map((server) => server.stop()));
    await new Promise<void>((resolve) => filter.close(resolve));
  });

  const mail = (text: string): string => `From: <${ANNA}>\nTo: <office@example.com>\nSubject: ${text}\nMessage-ID: <${text.replaceAll(' ', '.')}@sender.example>\n\n${text}\n`;

  test('mail from the sender arrives in the mailbox through the filter', async () => {
    const { code } = await swaks({ port: ports.sender, from: ANNA, to: 'office@example.com', data: mail('good day') });
    expect(code).toBe(0);
    const arrived = await company.waitForMessage('office@example.com', 'Subject: good day');
    expect(arrived).toMatch(/^Received: from mail\.sender\.example/m);
    expect(sender.queue()).toContain('Mail queue is empty');
  });

  test('a refusal after the data comes back to the sender as a bounce', async () => {
    const { code } = await swaks({ port: ports.sender, from: ANNA, to: 'office@example.com', data: mail('refuse me') });
    expect(code).toBe(0);
    expect(await sender.waitForMessage(ANNA, 'Undelivered Mail Returned to Sender')).toContain('Please telephone us.');
    expect(company.messages('office@example.com').filter((message) => message.includes('refuse me'))).toEqual([]);
  });

  test('an unknown user is refused at RCPT', async () => {
    const { code, transcript } = await swaks({ port: ports.smtp, from: ANNA, to: 'nobody@example.com', data: mail('hello') });
    expect(code).toBe(24);
    expect(transcript).toMatch(/<\*\* 550 5\.1\.1/);
  });
});
