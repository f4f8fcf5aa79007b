/** A mailbox as people have it, in words of our own: an order, newsletters, spam, something dangerous, other scripts. */
import { newId } from '../../src/platform/ids.ts';
import { decisionRow } from '../storage/rows.ts';
import type { Letter, ReviewCase } from './review-case.ts';

export const POLICIES: readonly string[] = [
  'policy: company\ntitle: "Company"\nowner: office@example.com\napplies-to: everyone',
  'policy: sales\ntitle: "Sales and enquiries"\nowner: anna@example.com\napplies-to: [anna@example.com, sales@example.com]',
  'policy: support\ntitle: "Support"\nowner: chief@example.com\napplies-to: [carla@example.com]\nquarantine: {recipients-may: ask, approver: judge@example.com}',
];

const HTML = `<h2>Order 4711</h2><p>Dear Anna,</p><p>please find below what we would like to <b>order</b> for our new shop in İzmir:</p>
<table><tr><th>Item</th><th>Pieces</th></tr><tr><td>Garden chair, oak</td><td>24</td></tr><tr><td>Table, round</td><td>6</td></tr></table>
<p>Our terms are <a href="https://www.ziegler-moebel.example/terms?id=1">on our web site</a>. <img src="https://t.example/pixel.gif" width="1" height="1"><img src="https://cdn.example/logo.png" alt="Ziegler logo"></p><p>Kind regards,<br>Martin Ziegler</p>`;

const ORDER = (boundary: string): string => [
  'From: Martin Ziegler <martin@ziegler-moebel.example>', 'To: anna@example.com', 'Subject: Order 4711: garden chairs for =?utf-8?Q?=C4=B0zmir?=', 'MIME-Version: 1.0', `Content-Type: multipart/mixed; boundary=${boundary}`, '',
  `--${boundary}`, 'Content-Type: text/html; charset=utf-8', '', HTML, `--${boundary}`, 'Content-Type: application/pdf; name="Order 4711.pdf"', 'Content-Disposition: attachment; filename="Order 4711.pdf"', 'Content-Transfer-Encoding: base64', '', Buffer.alloc(31_000, 7).toString('base64').replace(/(.{76})/g, '$1\r\n'), `--${boundary}--`, '',
].join('\r\n').replace(/\r?\n/g, '\r\n');

export async function fillMailbox(usher: ReviewCase): Promise<{ readonly order: string; readonly danger: string; readonly long: string }> {
  const at = async (hoursAgo: number, letter: Letter, proof: 'pass' | 'fail' | 'none' = 'none'): Promise<string> => {
    const now = usher.now;
    usher.now = now - hoursAgo * 3600_000;
    const id = await usher.hold({ policy: 'sales', ...letter });
    usher.now = now + 1;
    const row = await usher.parts.store.review.held.find(id);
    const author = { state: proof };
    usher.parts.store.decisions.append(decisionRow({ id: row?.decisionId ?? '', at: usher.now, recipients: [], facts: JSON.stringify({ v: 1, message: { score: 0.7, unopened: [], authors: [], author }, decidedAt: usher.now, signals: {}, authentication: { author } }) }));
    return id;
  };
  await at(75, { from: 'Prize Office <win@lucky-numbers.example>', subject: 'You have been selected: claim within 24 hours', reason: 'certain-spam' });
  await at(52, { from: 'Мария Орлова <maria@sklad-severa.example>', subject: 'Прайс-лист на ноябрь', reason: 'spam' });
  await at(30, { from: 'Weekly Deals <deals@weekly-deals.example>', subject: 'This week: everything for the office', reason: 'newsletter', kind: 'newsletter' }, 'pass');
  const long = await at(28, { from: `"${'Very long name '.repeat(10)}" <${'x'.repeat(60)}@${'sub.'.repeat(20)}long.example>`, subject: 'W'.repeat(300), body: 'M'.repeat(3000), reason: 'spam' });
  const danger = await at(8, { from: 'IT Helpdesk <helpdesk@example-login.example>', subject: 'Your password ends today', body: 'Open the page and type your password.', reason: 'dangerous', kind: 'dangerous' }, 'fail');
  await at(5, { from: 'Ayşe Yılmaz <ayse@yilmaz-tekstil.example>', subject: 'Kumaş numuneleri ve fiyat teklifi', reason: 'spam' }, 'pass');
  await at(2, { from: 'scan@printer-3.example', subject: 'Scanned document', reason: 'could-not-check' });
  const order = await at(0, { raw: ORDER('b1'), reason: 'spam' }, 'pass');
  await usher.hold({ to: 'boris@example.com', from: 'Ayşe Yılmaz <ayse@yilmaz-tekstil.example>', subject: 'Kumaş numuneleri ve fiyat teklifi', reason: 'spam' });
  await usher.hold({ to: 'boris@example.com', from: 'Prize Office <win@lucky-numbers.example>', subject: 'You have been selected', reason: 'certain-spam' });
  for (let n = 0; n < 12; n++) {
    const action = n % 4 === 0 ? 'quarantine' : 'deliver';
    usher.parts.store.decisions.append(decisionRow({
      id: newId(usher.now - n * 60_000), at: usher.now - n * 60_000, sender: `person${n}@elsewhere.example`, authors: `person${n}@elsewhere.example`, subject: `Message ${n}`,
      recipients: [{ recipient: 'anna@example.com', action, policy: n % 3 === 0 ? 'company' : 'sales', replyCode: 250, verdict: '{}' }],
    }));
  }
  await usher.parts.store.decisions.flush();
  return { order, danger, long };
}
