/** Letters of Anna's by SMTP, several over one connection. */
import { ANNA } from './company.ts';
import { letter } from './letters.ts';
import { SmtpClient, wireForm } from './smtp-client.ts';

/** @returns the code that each was answered with */
export async function sendLetters(port: number, letters: readonly (readonly [to: string, name: string, spam: boolean])[]): Promise<number[]> {
  const client = await SmtpClient.connect({ port });
  await client.command('EHLO client.sender.example');
  const codes: number[] = [];
  for (const [to, name, spam] of letters) codes.push((await client.send({ from: ANNA, to: [to], content: wireForm(letter({ from: ANNA, to, name, spam })) })).code);
  await client.quit();
  return codes;
}
