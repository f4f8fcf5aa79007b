/** Words of ordinary business letters in five languages, out of which bench/mail.ts makes its mail. */

export interface Vocabulary {
  readonly language: string;
  /** A charset of the language besides UTF-8, as older mail programs use it; iconv-lite knows it. */
  readonly charset: string;
  readonly greeting: string;
  readonly closing: string;
  readonly names: readonly string[];
  readonly subjects: readonly string[];
  readonly words: readonly string[];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const vocabularies: readonly Vocabulary[] = [
  {
    language: 'en', charset: 'iso-8859-1', greeting: 'Dear colleagues,', closing: 'Kind regards,',
    names: ['Anna Walker', 'James Field', 'Maria Lopez'],
    subjects: ['Our visit next week', 'Minutes of the meeting', 'Delivery dates for the spring order', 'Question about the drawings'],
    words: words(`the a of to and in for with on at by our your we you they order delivery drawing meeting week Monday Thursday
      machine pump valve warehouse truck pallet offer quotation invoice contract colleague customer supplier office factory
      please send confirm check agree discuss arrange arrive leave change repair measure paint green long short early late
      number page copy signature sample test result report question answer price quantity metal wood paper water oil`),
  },
  {
    language: 'de', charset: 'iso-8859-1', greeting: 'Sehr geehrte Damen und Herren,', closing: 'Mit freundlichen Grüßen',
    names: ['Jürgen Weiß', 'Käthe Möller', 'Stefan Brandt'],
    subjects: ['Rückfrage zur Lieferung', 'Angebot für die Frühjahrsbestellung', 'Protokoll der Besprechung', 'Änderung der Zeichnung'],
    words: words(`der die das und in für mit auf bei von zu unser Ihr wir Sie Bestellung Lieferung Zeichnung Besprechung Woche
      Montag Donnerstag Maschine Pumpe Ventil Lager Spedition Palette Angebot Rechnung Vertrag Kollege Kunde Lieferant Büro
      bitte senden bestätigen prüfen vereinbaren ankommen ändern reparieren messen grün lang kürzer früh später größer
      Nummer Seite Unterschrift Muster Prüfung Ergebnis Bericht Frage Antwort Preis Menge Metall Holz Papier Öl`),
  },
  {
    language: 'tr', charset: 'iso-8859-9', greeting: 'Değerli iş ortağımız,', closing: 'Saygılarımızla',
    names: ['Ayşe Yıldız', 'Gökhan Şahin', 'İpek Öztürk'],
    subjects: ['Sipariş tarihi hakkında', 'Toplantı tutanağı', 'Çizimlerde değişiklik', 'İlkbahar teslimatı'],
    words: words(`ve ile için bir bu da de çok sipariş teslimat çizim toplantı hafta pazartesi perşembe makine pompa vana depo
      kamyon palet teklif fatura sözleşme müşteri tedarikçi büro fabrika lütfen gönderin onaylayın inceleyin görüşelim
      değiştirmek onarmak ölçmek yeşil uzun kısa erken geç numara sayfa imza örnek deneme sonuç rapor soru yanıt fiyat
      miktar metal ahşap kâğıt yağ üzere ayrıca bugün yarın ekteki belge`),
  },
  {
    language: 'ru', charset: 'koi8-r', greeting: 'Уважаемые коллеги!', closing: 'С уважением,',
    names: ['Ольга Смирнова', 'Пётр Ильин', 'Юрий Щербаков'],
    subjects: ['Сроки поставки', 'Протокол совещания', 'Вопрос по чертежам', 'Коммерческое предложение'],
    words: words(`и в на с по для от до мы вы наш ваш заказ поставка чертёж совещание неделя понедельник четверг машина насос
      клапан склад грузовик поддон предложение счёт договор коллега заказчик поставщик контора завод пожалуйста пришлите
      подтвердите проверьте обсудим изменить починить измерить зелёный длинный короткий рано поздно номер страница подпись
      образец испытание итог отчёт вопрос ответ цена количество металл дерево бумага вода масло`),
  },
  {
    language: 'fr', charset: 'iso-8859-15', greeting: 'Mesdames, Messieurs,', closing: 'Bien cordialement,',
    names: ['Hélène Lefèvre', 'François Garçon', 'Noël Dubois'],
    subjects: ['Délai de livraison', 'Compte rendu de la réunion', 'Modification du dessin', 'Votre commande de printemps'],
    words: words(`le la les de du des et à pour avec sur chez notre votre nous vous commande livraison dessin réunion semaine
      lundi jeudi machine pompe vanne entrepôt camion palette offre facture contrat collègue client fournisseur bureau usine
      veuillez envoyer confirmer vérifier convenir arriver modifier réparer mesurer vert long court tôt tard numéro page
      signature échantillon essai résultat rapport question réponse prix quantité métal bois papier eau huile`),
  },
];
