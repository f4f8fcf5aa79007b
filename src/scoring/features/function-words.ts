/**
 * PURE. Words that hold sentences together and speak to somebody. Developers' lists and offers differ in them, and so do letters
 * between companies from both: as single words they say how a text is addressed, not whether it is wanted.
 */
import { SEEDS } from './builder.ts';
import { hashText } from './hash.ts';

const WORDS = [
  'the a an and or of to in on at for is are was were be been it its this that these those i you your yours we our us he she they them their my me with as by from not no but if so do does did can could will would may have has had please dear hello hi am',
  'der die das und oder in im am zu den dem ein eine ist sind sie ihr ihre ihnen wir uns ich nicht mit von fur auf bitte hallo',
  've bir bu su ile icin da de mi mu ben biz siz size sizin bizim sayin merhaba lutfen',
  'и в во на с со не что по к у за от до из о об а но или это мы вы вас вам ваш наш я здравствуйте пожалуйста',
].flatMap((words) => words.split(' '));

export const FUNCTION_WORDS: ReadonlySet<string> = new Set(WORDS);

/** By the last bits of the hash, and where that place is taken by the next free one behind; zero is free. */
const table = new Int32Array(1024);
const LAST = table.length - 1;
for (const hash of WORDS.map((word) => hashText(word, SEEDS.word))) {
  let at = hash & LAST;
  while (table[at] !== 0 && table[at] !== hash) at = (at + 1) & LAST;
  table[at] = hash;
}

/** @param hash of a token, from the words' seed */
export function isFunctionWord(hash: number): boolean {
  let at = hash & LAST;
  while (table[at] !== 0 && table[at] !== hash) at = (at + 1) & LAST;
  return table[at] === hash && hash !== 0;
}
