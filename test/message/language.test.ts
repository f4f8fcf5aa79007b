import { guessLanguage } from '../../src/message/language.ts';
import { linksInText } from '../../src/message/links.ts';

test.each([
  ['Please find our order attached, we would like to hear from you about the price and the delivery.', 'en'],
  ['Bitte teilen Sie uns mit, ob die Ware noch nicht bei Ihnen ist und wann wir mit der Zahlung rechnen.', 'de'],
  ['Merhaba, siparişiniz için teşekkür ederiz; ürünler bu hafta çok hızlı olarak gönderilecek ve size bilgi verilecek.', 'tr'],
  ['Здравствуйте, мы получили ваш заказ и отправим его на этой неделе, если вы не против.', 'ru'],
  ['Bonjour, nous avons bien reçu votre commande et elle est prête pour vous dans les délais.', 'fr'],
  ['ご注文ありがとうございます。商品は明日発送いたします。', 'ja'],
  ['您的订单已经收到,我们明天发货,谢谢。', 'zh'],
  ['주문해 주셔서 감사합니다. 내일 발송합니다.', 'ko'],
  ['شكرا لكم على طلبكم سوف نرسل البضاعة غدا', 'ar'],
  ['OK', null],
  ['', null],
  ['xkcd 4711 qwrtz blrgh fnord zzyzx plugh', null],
])('%s', (text, language) => {
  expect(guessLanguage(text)).toBe(language);
});

const letter = 'Please find our order attached, we would like to hear from you about the price and the delivery.';

test.each(['😀', '\ud83d', '\ude00', '𝐯', 'İ', 'Σ', '’', '\0', '\ufffd', '🅰'])('a letter is of the same language with %j in it, in capitals and in small letters', (odd) => {
  for (const text of [`${odd} ${letter}`, `${letter} ${odd}`, letter.replace('order', `or${odd}der`), `${odd}${letter}`]) {
    expect(guessLanguage(text)).toBe('en');
    expect(guessLanguage(text.toUpperCase())).toBe('en');
  }
});

test('capital letters with a small form of two units or of their own at the end count as in small letters', () => {
  const [turkish, greek] = ['SİPARİŞ İÇİN ÇOK TEŞEKKÜRLER, BİZİM SİZE DAHA İYİ BİR FİYAT VERECEĞİZ', 'ΣΑΣ ΕΥΧΑΡΙΣΤΟΥΜΕ ΓΙΑ ΤΗΝ ΠΑΡΑΓΓΕΛΙΑ ΣΑΣ'];
  expect([guessLanguage(turkish), guessLanguage(turkish.toLowerCase())]).toEqual([guessLanguage(turkish.toLowerCase()), guessLanguage(turkish)]);
  expect([guessLanguage(greek), guessLanguage(greek.toLowerCase())]).toEqual(['el', 'el']);
});

test.each<[string, string[]]>([
  ['See http://a.example/x?y=1#z.', ['http://a.example/x?y=1#z']],
  ['(see https://a.example/b_(c))', ['https://a.example/b_(c)']],
  ['(see https://a.example/b)', ['https://a.example/b']],
  ['<https://a.example>, "www.b.example"!', ['https://a.example', 'www.b.example']],
  ['HTTPS://A.EXAMPLE and ftp://b.example', ['HTTPS://A.EXAMPLE', 'ftp://b.example']],
  ['a://b awww.c', []],
])('links in %s', (text, urls) => {
  expect(linksInText(text, 500).map((link) => link.url)).toEqual(urls);
});
