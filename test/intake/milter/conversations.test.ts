/** The proxy's conversations, through the milter with a mail server before it: the same verdicts, envelopes and replies. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readConversation, runConversation } from '../../support/conversation.ts';
import { milterDoor } from '../../support/milter-door.ts';

/** The proxy refuses a declared size at MAIL already, which the milter leaves to the mail server; its own answer is in server.test.ts. */
const NOT_HERE = ['no-room'];

const folder = join(__dirname, '../../conversations');
const conversations = readdirSync(folder).filter((name) => name.endsWith('.txt')).map((name) => readConversation(join(folder, name)))
  // LMTP has a reply for each recipient; a mail server asks a milter once.
  .filter((each) => !each.options.some(([key, value]) => key === 'protocol' && value === 'lmtp') && !NOT_HERE.includes(basename(each.file, '.txt')));

test.each(conversations.map((each) => [basename(each.file, '.txt'), each.about, each] as const))('%s: %s', async (_name, _about, conversation) => {
  await runConversation(conversation, milterDoor);
});
