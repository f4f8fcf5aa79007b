/** Settings of checks that ask elsewhere: lists in the DNS. The schema has seen to the forms. */
import type { DnsListConfig, ListCode, Strength } from './signals/dns-list.ts';

type WrittenCode = Strength | { readonly meaning?: string; readonly weight?: Strength };
interface WrittenList {
  readonly zone: string;
  readonly kind: 'ip' | 'domain';
  readonly codes?: Readonly<Record<string, WrittenCode>>;
}

const CODE = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:-\d{1,3})?|&\d{1,3})$/;

/** @param complain told of what is wrong, as a sentence */
export function readDnsLists(written: unknown, complain: (sentence: string) => void): readonly DnsListConfig[] {
  return ((written as readonly WrittenList[] | undefined) ?? []).map(({ zone, kind, codes = {} }) => ({
    zone: zone.toLowerCase().replace(/\.$/, ''),
    kind,
    codes: Object.entries(codes).flatMap(([code, meaning]): ListCode[] => {
      if (CODE.test(code)) return [typeof meaning === 'string' ? { code, meaning: code, strength: meaning } : { code, meaning: meaning.meaning ?? code, strength: meaning.weight ?? 'clear' }];
      complain(`"${code}" is not an answer of such a list; write for example 127.0.0.2, 127.0.0.4-7 or "&8".`);
      return [];
    }),
  }));
}
