/** What a part's own header says about it: type, parameters, names, encoding. */
import { isKnownEncoding } from './content.ts';
import type { Findings } from './defects.ts';
import { decodeWords } from './encoded-words.ts';
import { parse } from './limits.ts';
import type { HeaderField } from './message.ts';
import { type ParameterisedValue, readParameters } from './parameters.ts';

export interface PartFacts {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly boundary: string;
  readonly disposition: 'attachment' | 'inline' | null;
  readonly filename: string | null;
  readonly otherFilenames: readonly string[];
  readonly encoding: string;
}

const NO_PARAMETERS: ParameterisedValue = Object.freeze({ value: '', parameters: Object.freeze(Object.create(null) as Record<string, string>), rivals: [] });
const TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;

/** @param index first field of each name  @param at offset for defects of absent fields */
export function readPartFacts(index: ReadonlyMap<string, HeaderField>, defaultType: string, at: number, findings: Findings): PartFacts {
  const contentType = index.get('content-type');
  const type = contentType === undefined ? NO_PARAMETERS : readParameters(contentType.value, findings, contentType.start);
  const dispositionField = index.get('content-disposition');
  const disposition = dispositionField === undefined ? NO_PARAMETERS : readParameters(dispositionField.value, findings, dispositionField.start);
  const names = namesOf(type, disposition, findings, dispositionField?.start ?? contentType?.start ?? at);
  return {
    type: contentType === undefined ? defaultType : readType(type.value, contentType, findings),
    parameters: type.parameters,
    boundary: (type.parameters['boundary'] ?? '').trimEnd(),
    disposition: dispositionField === undefined ? null : readDisposition(disposition.value, dispositionField, findings),
    filename: names[0] ?? null,
    otherFilenames: names.slice(1),
    encoding: readEncoding(index.get('content-transfer-encoding'), findings),
  };
}

function readType(value: string, field: HeaderField, findings: Findings): string {
  if (TYPE.test(value)) return value;
  findings.defect('content-type-invalid', field.start);
  // `text` alone is what old programs wrote; readers take it as plain text, as RFC 2045 section 5.2 says of all such.
  return value === 'multipart' ? 'multipart/mixed' : value === 'html' ? 'text/html' : 'text/plain';
}

function readDisposition(value: string, field: HeaderField, findings: Findings): 'attachment' | 'inline' {
  if (value === 'inline') return 'inline';
  if (value !== 'attachment') findings.defect('disposition-unknown', field.start);
  return 'attachment'; // RFC 2183 section 2.8: unknown ones are treated as attachment
}

function readEncoding(field: HeaderField | undefined, findings: Findings): string {
  if (field === undefined) return '7bit';
  const bare = withoutComments(field.value), end = bare.search(/[;"']/);
  const encoding = (end < 0 ? bare : bare.slice(0, end)).trim().toLowerCase();
  if (encoding === '') return '7bit';
  if (!isKnownEncoding(encoding)) findings.defect('encoding-unknown', field.start);
  return encoding;
}

/** An expression would look for the end of each parenthesis anew, for ever where none is closed. */
function withoutComments(value: string): string {
  let rest = '', from = 0;
  for (let open = value.indexOf('('); open >= 0; open = value.indexOf('(', from)) {
    const close = value.indexOf(')', open);
    if (close < 0) break;
    rest += value.slice(from, open);
    from = close + 1;
  }
  return rest + value.slice(from);
}

/** All names that some program might show, the preferred one first. */
function namesOf(type: ParameterisedValue, disposition: ParameterisedValue, findings: Findings, at: number): readonly string[] {
  const candidates: string[] = [];
  for (const [source, key] of [[disposition, 'filename'], [disposition, 'name'], [type, 'name'], [type, 'filename']] as const) {
    const value = source.parameters[key];
    if (value !== undefined) candidates.push(value);
    for (const [name, rival] of source.rivals) if (name === key) candidates.push(rival);
  }
  if (candidates.length === 0) return candidates;
  const names = [...new Set(candidates.map((name) => cleanName(decodeWords(name, findings, at), findings, at)))].filter((name) => name !== '');
  if (names.length > 1) findings.defect('filename-disagree', at);
  return names;
}

function cleanName(name: string, findings: Findings, at: number): string {
  if (/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(name)) findings.defect('filename-control', at);
  if (name.length <= parse.filenameMaxChars) return name.trim();
  findings.defect('filename-too-long', at);
  // The ending says what a file is: cut from the front.
  return name.slice(-parse.filenameMaxChars).trim();
}
