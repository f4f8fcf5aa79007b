/** Postfix with Usher as its milter, by the lines of docs/operators.md. */
import { postfixListener, postfixSettings } from './milter-lines.ts';
import type { Mta, MtaPorts } from './mta.ts';
import { startPostfix } from './postfix.ts';

export async function startPostfixWithMilter(ports: MtaPorts, mailboxes: readonly string[]): Promise<Mta> {
  return await startPostfix({
    hostname: 'mx.example.com', mailboxes, ports: [ports.smtp, ports.released],
    // Released mail may also come in by the same listener as all other.
    listeners: `127.0.0.1:${ports.smtp} inet n - n - - smtpd\n${ports.released === ports.smtp ? '' : postfixListener(ports)}`,
    // A test cannot wait for the usual thirty seconds.
    settings: { ...postfixSettings(ports), milter_connect_timeout: '3s', milter_command_timeout: '3s', milter_content_timeout: '10s' },
  });
}
