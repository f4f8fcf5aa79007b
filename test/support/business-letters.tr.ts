import type { BusinessLetter } from './business-letters.ts';

export const LETTERS_TR: readonly BusinessLetter[] = [
  { from: 'Ayşe Demir <ayse.demir@demirtekstil.example>', subject: 'Sipariş 1187', body: 'Sayın Mehmet Bey,\n\nson teklifinize göre 500 metre pamuklu kumaş sipariş etmek istiyoruz.\nTeslim tarihini bildirir misiniz?\n\nSaygılarımla,\nAyşe Demir\nDemir Tekstil\n' },
  { from: 'Murat Yıldız <murat@yildizmakina.example>', subject: 'Salı günkü toplantı', body: 'Merhaba Elif Hanım,\n\nsalı günü saat ikide ofiste olacağım. Numuneleri de getiriyorum.\n\nİyi çalışmalar,\nMurat\n' },
  { from: 'Zeynep Arslan <zarslan@arslanmimarlik.example>', subject: 'Ynt: Proje çizimleri', answers: true, body: 'Kerem Bey merhaba,\n\nçizimleri aldık, teşekkür ederiz. Kuzey cephesindeki pencere biraz alçak kalmış, onu düzeltebilir misiniz?\n\nSelamlar,\nZeynep\n' },
  { from: 'Hakan Öztürk <hakan.ozturk@ozturkambalaj.example>', subject: 'Karton kutu fiyatları', form: 'html', body: 'Sayın yetkili,\n\nüç farklı ölçüde karton kutu arıyoruz, yılda yaklaşık on iki bin adet. Fiyat ve teslim süresi hakkında bilgi verebilir misiniz?\n\nSaygılarımızla,\nHakan Öztürk\nSatın alma\n0212 555 01 42\n' },
  { from: 'Muhasebe <muhasebe@kayagida.example>', subject: 'Aralık ayı faturası', file: 'fatura-2027-018.pdf', body: 'Sayın müşterimiz,\n\naralık ayı faturamız ektedir. Sorularınız için bizi arayabilirsiniz.\n\nSaygılarımızla\nKaya Gıda\n' },
  { from: 'Fatma Şahin <fatma@sahinseramik.example>', subject: 'Hasarlı teslimat', form: 'alone', body: 'Merhaba,\n\ndün gelen altı koliden ikisi hasarlı çıktı, içindeki fayanslar kırılmış. Yenisini gönderebilir misiniz, yoksa iade mi edelim?\n\nKolay gelsin,\nFatma Şahin\n' },
  { from: 'Emre Kılıç <emre.kilic@kilicmuhendislik.example>', subject: 'Re: Bakım tarihi', answers: true, body: 'Evet, ayın on sekizi bize uyar.\n\nEmre\n' },
  { from: 'Selin Aydın <selin@aydinhukuk.example>', subject: 'Kira sözleşmesi', file: 'sozlesme.pdf', form: 'html', body: 'Sayın Cem Bey,\n\ntelefonda konuştuğumuz değişikliklerle kira sözleşmesini ekte gönderiyorum. Yedinci maddeyi okuyup görüşünüzü ay sonuna kadar bildirmenizi rica ederim.\n\nSaygılarımla,\nAvukat Selin Aydın\n' },
  { from: 'Okul Müdürlüğü <mudurluk@ataokulu.example>', subject: 'Mart ayındaki gezi', body: 'Değerli veliler,\n\nmüze gezimiz 9 Mart günüdür. Sabah sekiz buçukta okulun önünden hareket edip saat dörtte döneceğiz. Çocuklarınıza yiyecek ve yağmurluk veriniz.\n\nTeşekkürler\n' },
  { from: 'Ali Çelik <ali@celikelektrik.example>', subject: 'fatura', body: 'Selam Derya Hanım,\n\nkasım faturasını tekrar gönderebilir misiniz, bulamadım.\n\nTeşekkürler\nAli\n' },
  { from: 'Deniz Koç <deniz.koc@kocotel.example>', subject: 'Rezervasyonunuz', body: 'Sayın Gürkan ailesi,\n\n14 - 16 Şubat için çift kişilik odanız ayrıldı. Oda saat ikiden sonra hazır olacak.\n\nSizi bekliyoruz,\nDeniz Koç\n' },
];
