/**
 * Word (small letters, may be several words) to registrable domains, or to labels (without dot) that are the brand's under
 * any public suffix. Words that everyday language uses, too, are left out or written out ("steam support").
 */
export const BRANDS: Readonly<Record<string, readonly string[]>> = {
  // Services all over the world
  paypal: ['paypal', 'paypalobjects', 'xoom'], amazon: ['amazon', 'amazonses', 'amazonaws', 'media-amazon', 'a2z'], apple: ['apple', 'icloud', 'me.com', 'mac.com'],
  icloud: ['apple', 'icloud'], itunes: ['apple', 'itunes'], microsoft: ['microsoft', 'microsoftonline', 'office', 'office365', 'live', 'outlook', 'hotmail', 'azure', 'sharepoint', 'xbox', 'skype', 'linkedin'],
  office365: ['microsoft', 'microsoftonline', 'office', 'office365'], onedrive: ['microsoft', 'live'], sharepoint: ['microsoft', 'sharepoint'], outlook: ['microsoft', 'outlook', 'live', 'office'],
  google: ['google', 'gmail', 'googlemail', 'youtube', 'android', 'chromium', 'goo'], netflix: ['netflix'], facebook: ['facebook', 'facebookmail', 'fb', 'meta'], instagram: ['instagram', 'facebook', 'facebookmail'],
  whatsapp: ['whatsapp', 'facebook'], linkedin: ['linkedin', 'lnkd'], twitter: ['twitter', 'x.com', 't.co'], dropbox: ['dropbox', 'dropboxmail'], docusign: ['docusign'], adobe: ['adobe'],
  ebay: ['ebay', 'ebaydesc'], wetransfer: ['wetransfer'], godaddy: ['godaddy', 'secureserver'], namecheap: ['namecheap'], cloudflare: ['cloudflare'], zimbra: ['zimbra', 'synacor'], roundcube: ['roundcube'], cpanel: ['cpanel', 'webpros'],
  coinbase: ['coinbase'], binance: ['binance'], metamask: ['metamask', 'consensys'], 'trust wallet': ['trustwallet'], 'ledger live': ['ledger'], trezor: ['trezor'], opensea: ['opensea'],
  'steam support': ['steampowered', 'steamcommunity', 'valvesoftware'], spotify: ['spotify'], 'booking.com': ['booking'], airbnb: ['airbnb'], norton: ['norton', 'nortonlifelock', 'gendigital', 'symantec'], mcafee: ['mcafee', 'trellix'],
  'geek squad': ['geeksquad', 'bestbuy'], walmart: ['walmart'], costco: ['costco'], revolut: ['revolut'], klarna: ['klarna'], 'western union': ['westernunion'], moneygram: ['moneygram'],
  'american express': ['americanexpress', 'aexp', 'amex'], mastercard: ['mastercard'], 'wells fargo': ['wellsfargo'], 'chase bank': ['chase', 'jpmorgan'], citibank: ['citi', 'citibank'],
  'bank of america': ['bankofamerica', 'bofa'], 'capital one': ['capitalone'], 'navy federal': ['navyfederal'], xfinity: ['xfinity', 'comcast'], 'at&t': ['att'], verizon: ['verizon', 'verizonwireless'],
  hsbc: ['hsbc'], barclays: ['barclays', 'barclaycard'], santander: ['santander'], lloyds: ['lloydsbank', 'lloyds'], natwest: ['natwest'], hmrc: ['hmrc', 'service.gov.uk', 'www.gov.uk'], 'royal mail': ['royalmail'],
  // Parcels
  dhl: ['dhl', 'deutschepost'], fedex: ['fedex'], usps: ['usps'], 'hermes paket': ['hermes', 'myhermes', 'hermesworld'], dpd: ['dpd'], 'la poste': ['laposte'], chronopost: ['chronopost'], postnl: ['postnl'],
  'australia post': ['auspost'], 'canada post': ['canadapost-postescanada', 'canadapost'], inpost: ['inpost'], correos: ['correos'], 'poste italiane': ['poste', 'posteitaliane'],
  // German
  postbank: ['postbank', 'deutsche-bank'], sparkasse: ['sparkasse', 'sparkassen', 's-finanzgruppe'], commerzbank: ['commerzbank'], volksbank: ['volksbank', 'vr', 'atruvia'], 'deutsche bank': ['deutsche-bank', 'db'], comdirect: ['comdirect'],
  targobank: ['targobank'], hypovereinsbank: ['hypovereinsbank', 'unicredit'], 'ing-diba': ['ing', 'ing-diba'], telekom: ['telekom', 't-online'], vodafone: ['vodafone'], ionos: ['ionos', '1und1'], strato: ['strato'],
  'deutsche post': ['deutschepost', 'dhl', 'dpdhl'], 'web.de': ['web.de'],
  // Turkish
  'garanti bbva': ['garantibbva', 'garanti'], akbank: ['akbank'], 'ziraat bankası': ['ziraatbank'], 'türkiye iş bankası': ['isbank'], 'iş bankası': ['isbank'], 'yapı kredi': ['yapikredi'], halkbank: ['halkbank'], vakıfbank: ['vakifbank'], denizbank: ['denizbank'],
  finansbank: ['qnb', 'qnbfinansbank', 'finansbank'], enpara: ['enpara'], 'ptt kargo': ['ptt'], 'yurtiçi kargo': ['yurticikargo'], 'aras kargo': ['araskargo'], 'mng kargo': ['mngkargo', 'dhl'], turkcell: ['turkcell'], 'türk telekom': ['turktelekom'],
  'e-devlet': ['turkiye.gov.tr', 'turkiye'], hepsiburada: ['hepsiburada'], trendyol: ['trendyol'], 'papara hesab': ['papara'],
  // Russian
  сбербанк: ['sberbank', 'sber'], sberbank: ['sberbank', 'sber'], госуслуги: ['gosuslugi'], тинькофф: ['tinkoff', 'tbank'], 'т-банк': ['tbank', 'tinkoff'], 'альфа-банк': ['alfabank'], 'банк втб': ['vtb'], газпромбанк: ['gazprombank'], 'почта россии': ['pochta', 'russianpost'],
  сдэк: ['cdek'], вконтакте: ['vk', 'vkontakte'], яндекс: ['yandex', 'ya'], yandex: ['yandex', 'ya'], 'mail.ru': ['mail.ru', 'vk'], wildberries: ['wildberries', 'wb'], авито: ['avito'],
  // Romance languages, Dutch, Polish
  itau: ['itau'], bradesco: ['bradesco'], correios: ['correios'], nubank: ['nubank'], 'mercado livre': ['mercadolivre', 'mercadolibre'], serasa: ['serasa', 'serasaexperian'], 'crédit agricole': ['credit-agricole', 'ca'], 'banque postale': ['labanquepostale'],
  'bnp paribas': ['bnpparibas', 'bnpparibasfortis'], 'société générale': ['societegenerale', 'socgen'], "l'assurance maladie": ['ameli', 'assurance-maladie'], 'intesa sanpaolo': ['intesasanpaolo'], unicredit: ['unicredit'], caixabank: ['caixabank'], bbva: ['bbva', 'garantibbva'],
  rabobank: ['rabobank'], 'abn amro': ['abnamro'], digid: ['digid'], allegro: ['allegro'], mbank: ['mbank'], 'pko bank': ['pkobp', 'ipko'],
  // Japanese
  楽天: ['rakuten'], 三井住友: ['smbc', 'smbc-card', 'vpass'], 三菱ufj: ['mufg', 'bk.mufg.jp'], アマゾン: ['amazon'], ヤマト運輸: ['kuronekoyamato'], 佐川急便: ['sagawa-exp'], えきねっと: ['eki-net'], イオンカード: ['aeon'],
};
