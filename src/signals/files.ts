/** What the attached files hold, whatever they are called (danger/): programs, macros, archives, pages that ask for secrets. */
import type { FindingCode } from '../danger/inspection.ts';
import { family } from './family.ts';
import { borrowedBrand } from './brands.ts';
import { inspectedOf } from './inspected.ts';
import type { SignalInput, SignalValue } from './signal.ts';

const MEANINGS: Readonly<Record<FindingCode, string>> = {
  'program': 'A file is a program, by its content; the value says of what sort.',
  'program-packed': 'An archive, a disc image or a document holds a program; the value is its ending or its sort.',
  'program-disguised': 'A program bears the name of a document; the value is its ending.',
  'script-packed': 'An archive holds a script that Windows runs by a click; the value is its ending.',
  'script-alone': 'An archive brings hardly anything but a script or a shortcut; the value is its ending.',
  'shortcut-packed': 'An archive holds a shortcut.',
  'name-trick': 'A name in an archive would be unpacked elsewhere, or shows its ending backwards.',
  'archive-encrypted': 'A file in an archive is encrypted.',
  'archive-nested': 'An archive lies inside another; the value says of what sort.',
  'archive-bomb': 'An archive would unpack to more than anybody writes.',
  'archive-disagrees': 'An archive lists its files twice, and the lists differ.',
  'archive-foreign': 'An archive is of a sort that is not opened here; the value says which.',
  'disk-image': 'A file is the image of a disc or drive.',
  'macro': 'A document holds macros.',
  'macro-autorun': 'A macro runs by itself when the document is opened or closed.',
  'macro-acts': 'A macro reaches beyond its document: it speaks to other programs (objects), or starts programs and fetches files (starts).',
  'macro-sheet': 'A workbook holds a sheet of old macros; the value says if they run when it is opened.',
  'office-encrypted': 'A document is encrypted.',
  'office-embeds': 'A document holds another file.',
  'office-equation': 'A document holds an object of the old equation editor, long a way to break in.',
  'office-template': 'A document fetches a template or an object from the Internet when it is opened; the value says what, or that it runs.',
  'office-dde': 'A document asks another program for data when it is opened.',
  'office-activex': 'A document holds controls that run.',
  'rtf-object': 'A rich text holds an object; the value says if it is a file, or opens at once.',
  'pdf-script': 'A PDF holds a script; forms that calculate do too.',
  'pdf-opens': 'A PDF does something by itself when it is opened.',
  'pdf-launch': 'A PDF starts a program; the value says which.',
  'pdf-embeds': 'A PDF holds another file; electronic invoices do too.',
  'pdf-link': 'A PDF holds one link, or several.',
  'pdf-form': 'A PDF sends what is filled in to a server.',
  'pdf-encrypted': 'A PDF is encrypted.',
  'pdf-hidden-names': 'A PDF writes the names of actions in a roundabout way, to hide them from filters.',
  'page-password': 'An attached page asks for a password.',
  'page-form-elsewhere': 'A form of an attached page sends to a server; the value is its name.',
  'page-sends': 'A script of an attached page sends something to a server; the value is its name.',
  'page-built': 'An attached page puts itself together from text that nobody can read.',
  'page-moves-on': 'An attached page leads on to another by itself; the value is its host.',
  'page-smuggles': 'An attached page puts a file together and saves it.',
  'svg-script': 'An attached drawing holds a script.',
  'note-embeds': 'A notebook holds a file; the value says of what sort.',
};

const meanings: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(MEANINGS).map(([code, meaning]) => [`file-${code}`, meaning])),
  'file-page-brand': 'An attached page that asks for a password speaks of a well-known company and sends elsewhere; the value is the name.',
};

/** One signal for each code; of several findings the first value counts. */
export const files = family('files', meanings, ({ message, bytes }: SignalInput) => {
  const { inspection } = inspectedOf(message, bytes);
  const found: Record<string, SignalValue | null> = {};
  for (const { code, value } of inspection.findings) {
    const name = `file-${code}`;
    // A stronger value must not hide behind a weaker one that came first.
    if (found[name] === undefined || STRONGER.has(value)) found[name] = value === '' ? true : value;
  }
  found['file-page-brand'] = pageBrand(inspection.pages);
  return found;
});

const STRONGER = new Set(['starts', 'auto-open', 'runs', 'at-once', 'pe', 'exe', 'script']);

function pageBrand(pages: ReturnType<typeof inspectedOf>['inspection']['pages']): string | null {
  for (const { text, hosts, asksForPassword } of pages) {
    if (!asksForPassword) continue;
    const brand = borrowedBrand(text, hosts[0] ?? '');
    if (brand !== null && !hosts.some((host) => borrowedBrand(text, host) === null)) return brand;
  }
  return null;
}
