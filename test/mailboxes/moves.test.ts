/** Mail that people move teaches; on real Maildirs, with a real store. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mailboxWorld, type MailboxWorld } from '../support/mailbox-world.ts';

const BOB = 'bob@example.com';
const EVE = 'eve@example.com';
let world: MailboxWorld;
beforeEach(async () => { world = await mailboxWorld(); });
afterEach(() => world.close());

const said = async () => (await world.store.review.feedback.list('', 100)).map(({ recipient, label, how, decisionId }) => ({ recipient, label, how, decisionId }));
const counts = async () => {
  await world.store.decisions.flush();
  return await world.store.history.counts('anna@sender.example', Date.now());
};

test('into the junk folder: unwanted, a complaint of a proven sender, and a lesson', async () => {
  const job = world.job();
  const id = await world.deliver(BOB, 'pumps');
  await job.look();
  expect(await said()).toEqual([]);
  world.move(BOB, 'pumps', 'INBOX', 'Junk');
  await job.look();
  expect(await said()).toEqual([{ recipient: BOB, label: 'unwanted', how: 'moved', decisionId: id }]);
  expect((await counts()).proven).toMatchObject({ complained: expect.closeTo(1), released: 0 });
  const [lesson] = await world.store.lessons.list(10);
  expect(lesson).toMatchObject({ slots: expect.stringMatching(/^.{40,}/), logit: expect.any(Number) });
  expect(world.lessons).toEqual(['unwanted']);
});

test('out of the junk folder: wanted, and its sender becomes known', async () => {
  const job = world.job();
  const id = await world.deliver(BOB, 'offer', { folder: 'Junk' });
  world.move(BOB, 'offer', 'Junk', 'INBOX');
  await job.look();
  expect(await said()).toEqual([{ recipient: BOB, label: 'wanted', how: 'moved', decisionId: id }]);
  expect((await counts()).proven).toMatchObject({ complained: 0, released: expect.closeTo(1) });
  expect(await world.store.correspondents.knows(BOB, ['anna@sender.example'])).toBe(true);
});

test('what comes under an unproven name is not held against its owner', async () => {
  const job = world.job();
  await world.deliver(BOB, 'pumps', { proven: false });
  world.move(BOB, 'pumps', 'INBOX', 'Junk');
  await job.look();
  expect(await counts()).toMatchObject({ proven: { complained: 0 }, unproven: { complained: expect.closeTo(1) } });
});

test('each message once, however often it is looked at, opened or moved about within the junk folder', async () => {
  const job = world.job();
  await world.deliver(BOB, 'pumps');
  world.move(BOB, 'pumps', 'INBOX', 'Junk');
  for (let i = 0; i < 3; i++) await job.look();
  world.move(BOB, 'pumps', 'Junk', 'Junk');
  await job.look();
  expect(await said()).toHaveLength(1);
  expect(world.lessons).toEqual(['unwanted']);
});

test('what is moved while a look is under way is found by the one that was asked for then', async () => {
  let end: (() => void) | undefined;
  const ending = new Promise<void>((resolve) => { end = resolve; });
  const reached = new Promise<void>((resolve) => {
    jest.spyOn(world.store.settings, 'set').mockImplementationOnce(() => { resolve(); return ending; });
  });
  const job = world.job();
  await reached;
  await world.deliver(BOB, 'pumps');
  world.move(BOB, 'pumps', 'INBOX', 'Junk');
  const looked = job.look();
  end?.();
  await looked;
  expect(await said()).toHaveLength(1);
});

test('what is moved right after the first start is found, although file systems keep coarser time', async () => {
  const job = world.job(1_000);
  await world.deliver(BOB, 'pumps');
  world.move(BOB, 'pumps', 'INBOX', 'Junk');
  await job.look();
  expect(await said()).toHaveLength(1);
});

test('moved back, nothing is left of it', async () => {
  const job = world.job();
  await world.deliver(BOB, 'pumps');
  world.move(BOB, 'pumps', 'INBOX', 'Junk');
  await job.look();
  world.move(BOB, 'pumps', 'Junk', 'INBOX');
  await job.look();
  expect(await said()).toEqual([]);
  expect((await counts()).proven.complained).toBeLessThan(0.01);
  world.move(BOB, 'pumps', 'INBOX', 'Junk');
  await job.look();
  expect(world.lessons).toEqual(['unwanted', 'taken-back', 'unwanted']);
  expect(await said()).toHaveLength(1);
});

test('what was moved while nobody looked is found later', async () => {
  await world.job().look();
  await world.deliver(BOB, 'pumps');
  world.move(BOB, 'pumps', 'INBOX', 'Junk');
  await world.job().look();
  expect(await said()).toHaveLength(1);
});

test('whoever tidies up a whole mailbox teaches a hundred lessons a day, and the next one nothing less', async () => {
  const job = world.job();
  for (let i = 0; i < 103; i++) await world.deliver(BOB, `old ${i};`);
  await world.deliver(EVE, 'hers');
  for (let i = 0; i < 103; i++) world.move(BOB, `old ${i};`, 'INBOX', 'Junk');
  world.move(EVE, 'hers', 'INBOX', 'Junk');
  await job.look();
  await job.look();
  const all = await world.store.review.feedback.list('', 500);
  expect([all.filter(({ recipient }) => recipient === BOB).length, all.filter(({ recipient }) => recipient === EVE).length]).toEqual([100, 1]);
}, 60_000);

test('two people have the same message, and each an opinion of their own', async () => {
  const job = world.job();
  await world.deliver(BOB, 'pumps');
  await world.deliver(EVE, 'pumps');
  world.move(BOB, 'pumps', 'INBOX', 'Junk');
  await job.look();
  expect(await said()).toMatchObject([{ recipient: BOB }]);
});

describe('no lesson', () => {
  const none = async (): Promise<void> => {
    await world.job().look();
    expect([await said(), await world.store.lessons.list(10), world.lessons]).toEqual([[], [], []]);
  };

  test('from a message that was changed behind our field', async () => {
    world.job();
    await world.deliver(BOB, 'pumps');
    world.move(BOB, 'pumps', 'INBOX', 'Junk');
    appendFileSync(world.files(BOB, 'Junk')[0]!, 'and more');
    await none();
  });

  test('from our field on top of another message', async () => {
    world.job();
    await world.deliver(BOB, 'pumps');
    const [field] = readFileSync(world.files(BOB, 'INBOX')[0]!, 'latin1').split('\r\n');
    await world.deliver(BOB, 'other', { folder: 'Junk' });
    writeFileSync(join(world.root, BOB, '.Junk', 'cur', 'forged:2,'), `${field}\r\nFrom: <boss@example.com>\r\n\r\nNever let mail of the boss through.\r\n`);
    await none();
  });

  test('from somebody else\'s message, carried into one\'s own folder', async () => {
    world.job();
    await world.deliver(BOB, 'pumps');
    await world.deliver(EVE, 'hers');
    world.move(BOB, 'pumps', 'INBOX', 'Junk', EVE);
    await none();
  });

  test('from a message whose decision is not known any more', async () => {
    world.job();
    await world.deliver(BOB, 'pumps', { remembered: false });
    world.move(BOB, 'pumps', 'INBOX', 'Junk');
    await none();
  });

  test('from our own notices and released mail, which nobody scored', async () => {
    world.job();
    await world.deliver(BOB, 'digest', { door: 'command' });
    expect(readFileSync(world.files(BOB, 'INBOX')[0]!, 'latin1')).not.toMatch(/X-Usher-Placed/);
    world.move(BOB, 'digest', 'INBOX', 'Junk');
    await none();
  });

  test('from mail moved into any other folder, or deleted', async () => {
    world.job();
    await world.deliver(BOB, 'pumps');
    world.move(BOB, 'pumps', 'INBOX', 'Archive');
    await none();
  });
});

test('words that we put in front of the subject are not learnt', async () => {
  const job = world.job();
  for (const [subject, options] of [['pumps', {}], ['pumps', { markWith: '[Suspected spam]' }], ['pumps', { markWith: 'Şüpheli' }]] as const) {
    await world.deliver(BOB, subject, options);
    world.move(BOB, subject, 'INBOX', 'Junk');
    await job.look();
  }
  const [one, two, three] = (await world.store.lessons.list(10)).map(({ slots }) => slots);
  expect([two, three]).toEqual([one, one]);
});
