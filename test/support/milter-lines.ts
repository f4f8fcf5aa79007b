/** The lines of docs/operators.md for the milter, as they stand there but for ports. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface MilterPorts {
  /** Where Usher listens for milters: 8896 there. */
  readonly milter: number;
  /** Where released mail is handed in: 10026 there. */
  readonly released: number;
}

function block(begins: RegExp, ports: MilterPorts): string {
  const text = readFileSync(resolve('docs/operators.md'), 'utf8');
  const found = [...text.matchAll(/^```[a-z]*\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string).find((each) => begins.test(each));
  if (found === undefined) throw new Error(`docs/operators.md shows no lines like ${String(begins)}`);
  for (const port of ['8896', '10026']) if (begins.source.includes(port) && !found.includes(port)) throw new Error(`docs/operators.md: no port ${port}`);
  return found.replaceAll('8896', String(ports.milter)).replaceAll('10026', String(ports.released));
}

/** Settings of main.cf. */
export function postfixSettings(ports: MilterPorts): Record<string, string> {
  return Object.fromEntries(block(/^smtpd_milters = /, ports).trim().split('\n').map((line) => line.split(' = ') as [string, string]));
}

/** The listener of master.cf for released mail. */
export const postfixListener = (ports: MilterPorts): string => block(/^127\.0\.0\.1:10026 inet.*\n.*smtpd_milters=/, ports);

/** Lines of sendmail.mc. */
export const sendmailLines = (ports: MilterPorts): string => block(/^INPUT_MAIL_FILTER.*8896/, ports);

/** The same lines, with the one for a unix socket in the place of the port. */
export function sendmailSocketLines(ports: MilterPorts, path: string): string {
  const overTcp = sendmailLines(ports).split('\n');
  const overSocket = block(/^INPUT_MAIL_FILTER.*S=local:/, ports).replace('/run/usher/milter.sock', () => path);
  return overTcp.map((line) => (line.startsWith('INPUT_MAIL_FILTER') ? overSocket.trim() : line)).join('\n');
}
