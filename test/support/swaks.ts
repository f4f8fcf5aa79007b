/** swaks, the test sender: one message, and the whole conversation as text. */
import { runCommand } from './child.ts';

export interface SwaksMail {
  readonly port: number;
  readonly from: string;
  readonly to: string;
  /** Field lines and body as they are to be sent; `\n` ends a line. */
  readonly data: string;
}

export interface SwaksAnswer {
  /** 0: accepted; 24: RCPT refused; 26: refused after the data; see swaks(1). */
  readonly code: number | null;
  /** `->` and `<-` lines; `<**` marks refusals. */
  readonly transcript: string;
}

export async function swaks(mail: SwaksMail): Promise<SwaksAnswer> {
  // swaks ends the last line itself.
  const data = mail.data.replace(/\n$/, '');
  const { code, output } = await runCommand('/usr/bin/swaks', [
    '--server', '127.0.0.1', '--port', String(mail.port), '--helo', 'client.sender.example',
    '--from', mail.from, '--to', mail.to, '--data', data, '--suppress-data', '--timeout', '30',
  ]);
  return { code, transcript: output };
}
