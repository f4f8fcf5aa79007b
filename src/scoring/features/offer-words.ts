/**
 * PURE. What unsolicited mail offers, in a dozen languages at once: nothing that companies write to each other about every day: no
 * everyday word that stands as often in wanted training mail, and none that is a month, a name or a floor in another language.
 */
/** Beginnings of folded words (no accents, dotless i is i); a word of up to five letters must match as a whole unless it ends in `-`. */
export const WORDS: Readonly<Record<string, string>> = {
  prize: 'lottery lotto lotterie loteria lotteria loterij piyango лотере- winner winning- gewinn- gewonnen gagnant- gagne- ganador- premio- vincitor- vincit- premiad- sorteio sorteo winnaar gewonnen kazandin- cekilis odul- выигр- приз- nagrod- wygran- jackpot sweepstake- giveaway- gluckwunsch felicitation- felicidades congratulation- parabens tebrik-',
  inheritance: 'inherit- inheritance kin beneficiary beneficiar- deceased testament- erbschaft herencia eredita heranca erfenis miras наслед- spadek- barrister compensation- diplomat- trustworthy utmost widow- million- millionen milion- миллион- fund- funds donat- spende- donacion philanthrop-',
  pharma: 'viagra- cialis levitra pharmac- pharmazie apotheke- farmac- eczane аптек- apteek apteka medicin- medication- medikament- prescription- rezept- erectile erektion- potenz- impoten- enlarge- enlargement penis- pills pillen pille- valium xanax tramadol phentermine viagro виагр- потенц- hoodia cbd',
  weight: 'weight- abnehm- abgenommen maigrir perdre-du-poids adelgaz- dimagrir- emagrec- afvall- kilo- zayifla- похуд- odchudz- diet- fat belly keto slim- detox- wrinkle- anti-aging diabet- cholesterol tinnitus prostat-',
  adult: 'sex sexy sexual- porn- nude- naked horny slut- dating singles flirt- hookup milf webcam- nackt- nue nues desnud- nuda nud- naakt ciplak секс- порно знакомств- randk- escort- lonely cheating-wife',
  gambling: 'casino- kasino poker- roulette blackjack betting- wette- pari-sportif apuesta- scommess- aposta- bahis- kumarhane- kumarba- казино ставк- gokken- gokkast- kasyno bonus- freispiele free-spins',
  credit: 'loan- kredit- pret prets prestam- prestit- emprestimo- lening- kredi- кредит- заим- pozyczk- mortgage- hypothek- hypotheque hipotec- mutuo ipotek- ипотек- debt- schulden dettes deuda- debit- divida- borc- долг- refinanc- lender- interest-rate',
  invest: 'invest- investor- bitcoin- btc crypto- krypto- cripto- kripto- крипто- kryptowalut- trading- trader- forex aktie- borse accion- azion- acoes hisse- акци- akcj- ticker otc nasdaq profit- gewinne rendite benefice- ganancia- guadagn- lucro- kazanc- прибыл- доход- zysk- portfolio dividend- wallet ethereum usdt',
  earn: 'earn- verdien- gagner ganar guadagnar- ganhar kazan- заработ- zarabia- zarobi- income- einkommen revenu- ingreso- reddito renda gelir- home-based nebenjob- job-offer stellenangebot- teletravail remote-job rich millionaire- reich cash- bargeld mlm downline opportunit- opportunite- oportunidad- gelegenheit- firsat- residual financial-freedom',
  luxury: 'replica- replik- rolex- watches uhren montre- reloj- orologi- relogio- horloge- zegark- gucci- vuitton- louboutin- rayban- sunglasses handbag- handtasche- designer- omega breitling',
  software: 'oem- adobe- photoshop- windows-xp microsoft-office herunterlad- telecharg- descarg- scaric- baixar- indir indirin- indirme- скача- pobierz- antivirus norton mcafee abonnement abo suscripcion- abbonament- assinatura- abonelik- подписк-',
  marketing: 'seo ranking- backlink- google-ranking leads lead-generation email-list mailing-list-for-sale database-of emailadressen marketing- web-design webdesign- redesign app-development outsourcing b2b decision-maker- bulk targeted advertis- werbung- publicite- publicidad- pubblicita publicidade реклам- domain-name guest-post',
  threat: 'hacked gehackt hackeado hackerat- взлом- zhakowan- webcam recorded aufgenommen enregistr- grabado gravado nagr- masturbat- embarrass- bitcoin-address ransom- trojan- malware virus- spyware- legal-action lawsuit- tribunal- mahkeme суд-',
  promise: 'guarantee- garanti- garantie- garantia- garanzia- гарант- gwarancj- risk-free risikolos sans-risque sin-riesgo senza-rischi sem-risco risksiz riskfrei proven bewiesen prouve- probad- provato amazing- unglaublich- incroyable- increible- incredibil- incrivel- inanilmaz невероятн- niesamowit- miracle- wunder- revolutionar- unbelievable doctors-hate',
  diploma: 'diploma- bachelor- mba phd accredit- diplome- laurea диплом- dyplom- non-accredited',
};

/** For scripts without spaces: anywhere in the text. */
export const CHARACTERS: Readonly<Record<string, string>> = {
  prize: '中奖 抽奖 奖金 恭喜您 当選 当せん 賞金 抽選', inheritance: '遗产 继承 基金 百万 相続 遺産 送金 寄付', 
  pharma: '伟哥 药品 壮阳 延时 バイアグラ 医薬 薬局', weight: '减肥 瘦身 痩せ ダイエット', adult: '成人 情色 美女 裸 约会 出会い 人妻 エッチ セックス 無修正 逆援',
  gambling: '赌场 博彩 彩票 娱乐城 カジノ パチンコ 馬券', credit: '贷款 借款 信用卡 融资 ローン 融資 借金 クレジット カード', invest: '投资 股票 比特币 理财 收益 投資 株 仮想通貨 利益 副収入', earn: '赚钱 兼职 收入 加盟 創業 稼 副業 在宅 高収入',
  luxury: '名表 奢侈品 高仿 ブランド 時計 コピー品', software: '下载 软件 正版 ダウンロード ソフト ライセンス 更新料 会員', marketing: '推广 营销 群发 广告 客户资源 培训 课程 讲师 研修 広告 集客 メルマガ', threat: '黑客 病毒 录像 ハッキング ウイルス 盗撮',
  promise: '保证 秘诀 奇迹 保証 秘密 絶対 必ず', diploma: '文凭 学历 毕业证 学位 資格', 
};
