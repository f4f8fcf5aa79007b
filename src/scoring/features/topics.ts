/**
 * PURE. What a text is about, in a dozen languages at once. The training mail teaches what a topic is worth where it can (mostly
 * in English); through the same topic's words in other languages that carries over to them, which single words cannot.
 */
import type { FeatureBuilder } from './builder.ts';
import { bin } from './shape.ts';

/** Beginnings of folded words (no accents, dotless i is i); a word of up to five letters must match as a whole unless it ends in `-`. */
const WORDS: Readonly<Record<string, string>> = {
  prize: 'lottery lotto lotterie loteria lotteria loterij piyango лотере- winner winning- gewinn- gewonnen gagnant- gagne- ganador- premio- vincitor- vincit- premiad- sorteio sorteo winnaar gewonnen kazandin- cekilis odul- выигр- приз- nagrod- wygran- jackpot sweepstake- giveaway- gluckwunsch felicitation- felicidades congratulation- parabens tebrik-',
  inheritance: 'inherit- inheritance kin beneficiary beneficiar- deceased testament- erbschaft heritage herencia eredita heranca erfenis miras наслед- spadek- barrister consignment compensation- diplomat- trustworthy utmost widow- million- millionen milion- миллион- fund- funds transfer- uberweis- virement transferencia bonifico havale перевод- donat- spende- donacion philanthrop-',
  account: 'account- konto konten compte- cuenta- conto conta hesab- hesap- аккаунт- счет- учетн- rekening konta password- passwort- kennwort mot-de-passe contrasena- senha sifre- parol- парол- wachtwoord haslo verify verif- bestatig- confirm- potwierdz- dogrula- onayla- подтверд- bevestig- suspend- gesperrt- sperr- bloqu- blocc- geblokkeerd askiya- заблокир- zablokowan- mailbox- postfach webmail- quota login- einlogg- anmeld- inicia- accedi acesse giris- вход- inlog- expir- ablauf- abgelaufen deactivat- deaktiv- unusual ungewohnlich- inhabituel- inusual- insolit- update- aktualisier- mise-a-jour actualiz- aggiorn- atualiz- guncelle- обнов- bijwerk- security sicherheit- securite seguridad sicurezza seguranca guvenlik безопасн- beveilig-',
  parcel: 'parcel- package- paket- colis paquete- pacco pacote- pakket- kargo посылк- paczk- deliver- zustell- livraison entrega- consegna bezorg- teslimat доставк- przesylk- shipment- sendung- tracking zoll- customs douane- aduana- dogana gumruk тамож- sendungsverfolgung',
  invoice: 'invoice- rechnung- facture- factura- fattura- fatura- factuur счет-фактур- faktur- overdue uberfallig impaye- vencid- scadut- geciken просроч- payment- zahlung- paiement- pago- pagament- betaling- odeme- оплат- платеж- platnosc- remittance swift purchase-order quotation- bestellung- auftrag- commande- pedido- ordine- siparis- заказ- bestelling- zamowien- angebot- devis cotizacion preventivo orcamento teklif- предложен- offerte ofert-',
  pharma: 'viagra- cialis levitra pharmac- pharmazie apotheke- farmac- eczane аптек- apteek apteka medicin- medication- medikament- prescription- rezept- erectile erektion- potenz- impoten- enlarge- enlargement penis- pills pillen pille- valium xanax tramadol phentermine viagro виагр- потенц- hoodia cbd',
  weight: 'weight- abnehm- abgenommen maigrir perdre-du-poids adelgaz- dimagrir- emagrec- afvall- kilo- zayifla- похуд- odchudz- diet- fat belly keto slim- detox- wrinkle- anti-aging diabet- cholesterol tinnitus prostat-',
  adult: 'sex sexy sexual- porn- nude- naked horny slut- dating singles flirt- hookup milf webcam- nackt- nue nues desnud- nuda nud- naakt ciplak секс- порно знакомств- randk- escort- lonely cheating-wife',
  gambling: 'casino- kasino poker- roulette blackjack slots betting- wette- pari-sportif apuesta- scommess- aposta- bahis- kumar- казино ставк- gokken- gokkast- kasyno bonus- freispiele free-spins',
  credit: 'loan- kredit- pret prets credit- prestam- prestit- emprestimo- lening- kredi- кредит- займ- pozyczk- mortgage- hypothek- hypotheque hipotec- mutuo ipotek- ипотек- debt- schulden dettes deuda- debit- divid- borc- долг- refinanc- lender- interest-rate apr',
  invest: 'invest- investor- bitcoin- btc crypto- krypto- cripto- kripto- крипто- kryptowalut- trading- trader- forex stock- aktie- borse actions accion- azion- acoes hisse- акци- akcj- symbol ticker otc nasdaq profit- gewinne rendite benefice- ganancia- guadagn- lucro- kazanc- прибыл- доход- zysk- portfolio dividend- wallet ethereum usdt',
  earn: 'earn- verdien- gagner ganar guadagnar- ganhar kazan- заработ- zarabia- zarobi- income- einkommen revenu- ingreso- reddito renda gelir- home-based nebenjob- job-offer stellenangebot- teletravail remote-job rich millionaire- reich cash- bargeld mlm downline opportunit- opportunite- oportunidad- gelegenheit- firsat- возможност- residual financial-freedom',
  bargain: 'free gratis kostenlos- gratuit- gratuito- ucretsiz bedava бесплатн- darmow- discount- rabatt- reduction- remise- descuento- sconto- desconto- korting- indirim- скидк- znizk- rabat- sale- sonderangebot- promo- oferta- offerta kampanya- акция распродаж- promocj- cheap- billig- gunstig- barato- economic- goedkop- ucuz- дешев- tanie- price- preis- prix precio- prezz- preco- prijs- prijz- fiyat- цен- ceny save- sparen spar- economis- ahorr- risparmi- econom- tasarruf- coupon- voucher- gutschein- bon-cadeau vale kupon- купон- exclusive- exklusiv- exclusif- exclusiv- esclusiv- ozel-',
  urgency: 'urgent- dringend- urgente- acil- срочн- pilne- pilnie immediate- sofort- umgehend immediatement inmediat- immediat- imediat- onmiddellijk- derhal hemen немедленн- natychmiast- hurry beeil- vite prisa fretta pressa haast acele поспеши- hours stunden heures horas ore uren saat часов- godzin- today heute aujourdhui hoy oggi hoje vandaag bugun сегодня dzisiaj limited begrenzt- limite- limitad- limitat- beperkt- sinirli ограничен- ograniczon- deadline frist- act-now last-chance final-notice',
  click: 'click- klick- clique- clic haga clicca- klik- tikla- tiklay- нажми- перейди- kliknij button- schaltflache bouton- boton- pulsante botao knop butonu кнопк- przycisk- link- liens enlace- collegament- baglanti- ссылк- visit- besuch- visite- visita- bezoek- ziyaret- odwiedz-',
  luxury: 'replica- replik- rolex- watch- watches uhren montre- reloj- orologi- relogio- horloge- saat- часы zegark- gucci- vuitton- louboutin- rayban- sunglasses handbag- handtasche- designer- omega breitling',
  software: 'oem- adobe- photoshop- windows-xp microsoft-office download- herunterlad- telecharg- descarg- scaric- baixar- indir- скача- pobierz- license- lizenz- licence- licencia- licenza lisans- лиценз- licencj- antivirus norton mcafee renewal verlanger- renouvel- renov- rinnov- yenile- продл- subscription- abonnement abo suscripcion- abbonament- assinatura- abonelik- подписк-',
  marketing: 'seo ranking- backlink- google-ranking traffic leads lead-generation email-list mailing-list-for-sale database-of emailadressen newsletter- marketing- web-design webdesign- redesign app-development outsourcing b2b decision-maker- bulk targeted advertis- werbung- publicite- publicidad- pubblicita publicidade reklam- реклам- reklam- domain-name attendees attendee- guest-post',
  supplier: 'manufactur- hersteller- fabricant- fabricante- produttor- fabrikant- uretici- производител- producent- factory fabrik usine fabrica fabbrica fabriek fabrika- завод- fabryk- supplier- lieferant- fournisseur- proveedor- fornitor- fornecedor- leverancier- tedarik- поставщик- dostawc- wholesale- grosshandel- export- ihracat экспорт- cnc mould- molds injection- moq oem-odm catalogue- katalog- sample-',
  threat: 'hacked gehackt pirate hackeado hackerat- взлом- zhakowan- webcam camera kamera recorded aufgenommen enregistr- grabado registrat- gravado nagr- masturbat- embarrass- bitcoin-address ransom- trojan- malware virus- spyware- legal-action lawsuit- gericht- tribunal- mahkeme суд- police- polizei- policia- polizia polis-',
  promise: 'guarantee- garanti- garantie- garantia- garanzia- гарант- gwarancj- risk-free risikolos sans-risque sin-riesgo senza-rischi sem-risco risksiz riskfrei proven bewiesen prouve- probad- provato amazing- unglaublich- incroyable- increible- incredibil- incrivel- inanilmaz невероятн- niesamowit- miracle- wunder- secret- geheim- secreto- segret- segredo- gizli- sir секрет- tajemnic- revolutionar- unbelievable doctors-hate',
  diploma: 'diploma- degree- bachelor- master- mba phd universit- accredit- abschluss- diplome- titulo- laurea диплом- dyplom- non-accredited',
  meeting: 'meeting- besprechung- treffen reunion- reunion riunione- reuniao vergadering- toplanti- встреч- совещан- spotkan- agenda- tagesordnung ordre-du-jour orden-del-dia gundem повестк- calendar- kalender- calendrier- calendario- takvim- календар- tomorrow morgen demain manana domani amanha yarin завтра jutro monday tuesday wednesday thursday friday montag dienstag mittwoch donnerstag freitag lundi mardi mercredi jeudi vendredi lunes martes miercoles jueves viernes pazartesi sali carsamba persembe cuma',
  courtesy: 'regards grussen gruss grusse cordialement saludos saluti cumprimentos groet- groeten saygilar- selamlar уважением pozdrawiam thanks thank danke vielen merci gracias grazie obrigad- bedankt tesekkur- sagol спасибо dzieki dziekuje sincerely hochachtungsvoll cheers',
  question: 'question- frage- pregunta- domand- pergunta- vraag- soru- вопрос- pytani- help- hilfe aide ayuda aiuto ajuda hulp yardim- помощ- pomoc- wondering idea ideas opinion meinung avis',
};

/** For scripts without spaces: anywhere in the text. */
const CHARACTERS: Readonly<Record<string, string>> = {
  prize: '中奖 抽奖 奖金 恭喜您 当選 当せん 賞金 抽選', inheritance: '遗产 继承 基金 百万 相続 遺産 送金 寄付', account: '账户 账号 密码 验证 登录 冻结 邮箱 到期 アカウント パスワード ログイン 確認 認証 停止 セキュリティ 更新 本人',
  parcel: '包裹 快递 物流 配送 荷物 宅配 お届け 発送 不在', invoice: '发票 税票 付款 代开 开票 报价 订单 请求書 請求 支払 決済 注文 見積', pharma: '伟哥 药品 壮阳 延时 バイアグラ 医薬 薬局', weight: '减肥 瘦身 痩せ ダイエット', adult: '成人 情色 美女 裸 约会 出会い 人妻 エッチ セックス 無修正 逆援',
  gambling: '赌场 博彩 彩票 娱乐城 カジノ パチンコ 馬券', credit: '贷款 借款 信用卡 融资 ローン 融資 借金 クレジット カード', invest: '投资 股票 比特币 理财 收益 投資 株 仮想通貨 利益 副収入', earn: '赚钱 兼职 收入 加盟 創業 稼 副業 在宅 高収入',
  bargain: '免费 优惠 打折 折扣 特价 促销 低价 無料 割引 特価 格安 セール クーポン 限定 ポイント', urgency: '紧急 立即 马上 今天 小时 限时 至急 緊急 今すぐ 本日 時間以内 直ちに お急ぎ', click: '点击 链接 访问 登陆 クリック こちら リンク アクセス ボタン',
  luxury: '名表 奢侈品 高仿 ブランド 時計 コピー品', software: '下载 软件 正版 ダウンロード ソフト ライセンス 更新料 会員', marketing: '推广 营销 群发 广告 客户资源 培训 课程 讲师 研修 広告 集客 メルマガ 配信', supplier: '厂家 工厂 供应 批发 出口 生产 メーカー 工場 製造 卸', threat: '黑客 病毒 录像 ハッキング ウイルス 盗撮',
  promise: '保证 秘诀 奇迹 保証 秘密 絶対 必ず', diploma: '文凭 学历 毕业证 学位 資格', meeting: '会议 开会 明天 日程 会議 打ち合わせ 打合せ 明日 予定 ミーティング', courtesy: '谢谢 此致 敬礼 感谢 您好 よろしく ありがとう お世話 敬具 お疲れ', question: '请问 问题 帮助 質問 問い合わせ 教えて',
};

interface Stem {
  readonly topic: number;
  readonly text: string;
  readonly isWhole: boolean;
}

const NAMES = Object.keys(WORDS);
const KEY_LETTERS = 3;
const stems: ReadonlyMap<string, readonly Stem[]> = Map.groupBy(
  NAMES.flatMap((name, topic) => (WORDS[name] as string).split(' ').map((entry): Stem => {
    const text = entry.replace(/-$/, '').split('-')[0] as string;
    // Several words: only the first is looked at where it is long enough to mean something by itself.
    return { topic, text: entry.slice(0, -1).includes('-') ? '' : text, isWhole: text.length <= 5 && !entry.endsWith('-') };
  })).filter(({ text }) => text.length >= 2),
  ({ text }) => text.slice(0, KEY_LETTERS),
);
const characters: readonly (readonly [topic: number, text: string])[] = NAMES.flatMap((name, topic) => (CHARACTERS[name] ?? '').split(' ').filter(Boolean).map((text) => [topic, text] as const));
/** Terms of several words, for which the folded text is searched. */
const phrases: readonly (readonly [topic: number, text: string])[] = NAMES.flatMap((name, topic) => (WORDS[name] as string).split(' ').filter((entry) => entry.slice(0, -1).includes('-')).map((entry) => [topic, entry.replace(/-$/, '').replaceAll('-', ' ')] as const));
const ANY_PHRASE = new RegExp(`(?<![\\p{L}])(?:${phrases.map(([, text]) => text).join('|')})`, 'gu');
const topicOfPhrase: ReadonlyMap<string, number> = new Map(phrases.map(([topic, text]) => [text, topic]));

/** Distinct words of each topic, from tokens and from the text where its script has no spaces. */
export function topicFeatures(add: FeatureBuilder, tokens: readonly string[], text: string): void {
  const counts = new Uint8Array(NAMES.length);
  const count = (topic: number): void => {
    if ((counts[topic] as number) < 100) counts[topic] = (counts[topic] as number) + 1;
  };
  for (const token of new Set(tokens)) {
    for (const { topic, text: stem, isWhole } of stems.get(token.slice(0, KEY_LETTERS)) ?? stems.get(token.slice(0, 2)) ?? []) {
      if (isWhole ? token === stem : token.startsWith(stem)) count(topic);
    }
  }
  for (const phrase of new Set(Array.from(text.matchAll(ANY_PHRASE), ([match]) => match))) count(topicOfPhrase.get(phrase) ?? 0);
  if (/[\u3040-\u30ff\u4e00-\u9fff]/.test(text)) for (const [topic, term] of characters) if (text.includes(term)) count(topic);
  for (const [topic, name] of NAMES.entries()) {
    const found = counts[topic] as number;
    if (found === 0) continue;
    add.add(name);
    for (let level = 2; level <= bin(found, 4); level++) add.add(`${name} ${level}`);
  }
}
