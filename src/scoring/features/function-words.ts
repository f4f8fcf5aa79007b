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

const hashes = new Set(WORDS.map((word) => hashText(word, SEEDS.word)));
/** By the last bits of the hash: most words are told from these at once. */
const maybe = new Uint8Array(0x10000);
for (const hash of hashes) maybe[hash & 0xffff] = 1;

/** @param hash of a token, from the words' seed */
export const isFunctionWord = (hash: number): boolean => maybe[hash & 0xffff] === 1 && hashes.has(hash);
