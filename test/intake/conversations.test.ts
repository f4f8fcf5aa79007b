/** Every conversation in test/conversations, through the SMTP and LMTP proxy. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readConversation, runConversation } from '../support/conversation.ts';
import { smtpDoor } from '../support/smtp-door.ts';
import { tempDir } from '../support/temp-dir.ts';

const folder = join(__dirname, '../conversations');
const conversations = readdirSync(folder).filter((name) => name.endsWith('.txt')).map((name) => readConversation(join(folder, name)))
  .filter((each) => each.doors.includes('smtp') || each.doors.includes('lmtp'));

const dir = tempDir('conversations');
afterAll(() => dir.remove());

test.each(conversations.map((each) => [basename(each.file, '.txt'), each.about, each] as const))('%s: %s', async (_name, _about, conversation) => {
  await runConversation(conversation, smtpDoor(dir.path));
});
