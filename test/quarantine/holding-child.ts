/**
 * Run as a process of its own by durability.test.ts: holds one message after another, several at once, and says on standard output
 * which of them were acknowledged, until somebody kills it. Each message is offered up to three times, as a sender would.
 */
import { writeSync } from 'node:fs';
import { quarantineHolder } from '../../src/actions/hold.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openStore } from '../../src/storage/open.ts';
import { foldersIn, someMessage, someScore, transactionOf, verdictFor } from '../support/held.ts';

const [dataDir = '', run = ''] = process.argv.slice(2);
const store = await openStore({ dataDir, clock: systemClock, log: silentLog });
const holder = quarantineHolder({ held: store.held, folders: foldersIn(dataDir), clock: systemClock, hostname: 'mx.example.com' });
const recipients = ['a@example.com', 'b@example.com'];

async function client(name: string): Promise<void> {
  for (let i = 0; ; i++) {
    const text = `Subject: ${name} ${i}\r\n\r\n${'x'.repeat((i * 997) % 20_000)}\r\n`;
    // Every third message is sent again although it was acknowledged.
    for (let times = i % 3 === 0 ? 2 : 1; times > 0; times--) {
      const transaction = transactionOf(`Received: attempt ${times}\r\n${text}`, { id: newId(Date.now()), recipients });
      await holder.hold(transaction, someMessage, someScore, recipients.map((each) => verdictFor(each)), [0, 1]);
      writeSync(1, `${JSON.stringify(text)}\n`);
    }
  }
}
await Promise.all(['w', 'x', 'y', 'z'].map((name) => client(`${run}${name}`)));
