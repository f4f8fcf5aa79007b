/** The lines of docs/operators.md for the milter, as they stand there but for ports. */
import { operatorLines } from './operator-lines.ts';

export interface MilterPorts {
  /** Where Usher listens for milters: 8896 there. */
  readonly milter: number;
  /** Where released mail is handed in: 10026 there. */
  readonly released: number;
}

/** Settings of main.cf. */
export function postfixSettings(ports: MilterPorts): Record<string, string> {
  return Object.fromEntries(operatorLines(/^smtpd_milters = /, { 8896: String(ports.milter) }).trim().split('\n').map((line) => line.split(' = ') as [string, string]));
}

/** The listener of master.cf for released mail. */
export const postfixListener = (ports: MilterPorts): string => operatorLines(/^127\.0\.0\.1:10026 inet.*\n.*smtpd_milters=/, { 10026: String(ports.released) });

/** Lines of sendmail.mc. */
export const sendmailLines = (ports: MilterPorts): string => operatorLines(/^INPUT_MAIL_FILTER.*8896/, { 8896: String(ports.milter), 10026: String(ports.released) });

/** The same lines, with the one for a unix socket in the place of the port. */
export function sendmailSocketLines(ports: MilterPorts, path: string): string {
  const overTcp = sendmailLines(ports).split('\n');
  const overSocket = operatorLines(/^INPUT_MAIL_FILTER.*S=local:/, { '/run/usher/milter.sock': path });
  return overTcp.map((line) => (line.startsWith('INPUT_MAIL_FILTER') ? overSocket.trim() : line)).join('\n');
}
