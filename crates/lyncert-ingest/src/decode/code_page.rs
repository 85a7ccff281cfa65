//! Texts that are no Unicode: which code page of Windows they are written in.
//!
//! Windows PowerShell writes some files in the code page of the system, and nothing in them says which one that is. Names of sites and
//! friendly names are then letters of Chinese, Russian or Polish, and what their bytes look like decides.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};

use super::Decoded;

/// More bytes than these are not looked at: names repeat themselves, and a large file need not be read twice.
const MAX_LOOKED_AT: usize = 256 * 1024;

/// What the encodings are called that systems of Windows have as their code page.
const CODE_PAGES: [(&Encoding, &str, &str); 16] = [
    (WINDOWS_1252, "Windows-1252", "Western European"),
    (WINDOWS_1250, "Windows-1250", "Central European"),
    (WINDOWS_1251, "Windows-1251", "Cyrillic"),
    (GBK, "GBK", "Simplified Chinese"),
    (GB18030, "GB18030", "Simplified Chinese"),
    (BIG5, "Big5", "Traditional Chinese"),
    (SHIFT_JIS, "Shift_JIS", "Japanese"),
    (EUC_KR, "Windows-949", "Korean"),
    (encoding_rs::WINDOWS_1253, "Windows-1253", "Greek"),
    (encoding_rs::WINDOWS_1254, "Windows-1254", "Turkish"),
    (encoding_rs::WINDOWS_1255, "Windows-1255", "Hebrew"),
    (encoding_rs::WINDOWS_1256, "Windows-1256", "Arabic"),
    (encoding_rs::WINDOWS_1257, "Windows-1257", "Baltic"),
    (encoding_rs::ISO_8859_2, "ISO 8859-2", "Central European"),
    (encoding_rs::IBM866, "IBM866", "Cyrillic, of the console"),
    (encoding_rs::WINDOWS_874, "Windows-874", "Thai"),
];

/// Decodes bytes that are no UTF-8 from `start` on.
pub(super) fn decode_as_code_page(bytes: &[u8], start: usize) -> Decoded {
    let (encoding, name, letters) = code_page_of(bytes, start);
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    let damage = if damaged { ", and some of its characters are not valid in that either" } else { "" };
    let note = format!(
        "byte {start} is not UTF-8, so the file was read as {name} ({letters}), which its letters look like{damage}; letters outside of ASCII may be wrong"
    );
    Decoded { text: text.into_owned(), encoding: name, note: Some(note) }
}

/// The code page that the letters look like; Windows-1252 where they look like none of them.
fn code_page_of(bytes: &[u8], start: usize) -> (&'static Encoding, &'static str, &'static str) {
    // In front of the first letter stands nothing that tells letters apart, save for the start of its word.
    let from = start.saturating_sub(64);
    let looked_at = bytes.get(from..).unwrap_or_default();
    let (looked_at, is_whole) = match looked_at.get(..MAX_LOOKED_AT) {
        Some(part) => (part, false),
        None => (looked_at, true),
    };
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(looked_at, is_whole);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let [western, ..] = CODE_PAGES;
    CODE_PAGES.into_iter().find(|(known, _, _)| *known == guess).unwrap_or(western)
}

#[cfg(test)]
mod tests {
    use super::super::decode;
    use super::*;

    /// What files of a language hold: a site of an export, a list of assigned certificates, and what certutil and certreq print.
    struct Language {
        encoding: &'static Encoding,
        name: &'static str,
        site: &'static str,
        list: &'static str,
        console: &'static str,
    }

    const LANGUAGES: [Language; 7] = [
        Language {
            encoding: GBK,
            name: "GBK",
            site: "北京数据中心",
            list: "FriendlyName : 前端服务器证书 2026\r\nIssuer : CN=企业颁发证书机构, O=康托索有限公司\r\n",
            console: "个人 \"MY\"\r\n================ 证书 0 ================\r\n序列号: 1a2b\r\n颁发者: CN=康托索根证书颁发机构\r\nCertUtil: -store 命令成功完成。\r\n",
        },
        Language {
            encoding: BIG5,
            name: "Big5",
            site: "台北資料中心",
            list: "FriendlyName : 前端伺服器憑證 2026\r\nIssuer : CN=企業發行憑證授權單位, O=康托索股份有限公司\r\n",
            console: "個人 \"MY\"\r\n================ 憑證 0 ================\r\n序號: 1a2b\r\n簽發者: CN=康托索根憑證授權單位\r\nCertUtil: -store 命令成功完成。\r\n",
        },
        Language {
            encoding: SHIFT_JIS,
            name: "Shift_JIS",
            site: "東京データセンター",
            list: "FriendlyName : フロントエンド サーバーの証明書 2026\r\nIssuer : CN=コントソ発行証明機関, O=コントソ株式会社\r\n",
            console: "個人 \"MY\"\r\n================ 証明書 0 ================\r\nシリアル番号: 1a2b\r\n発行者: CN=コントソ ルート証明機関\r\nCertUtil: -store コマンドは正常に完了しました。\r\n",
        },
        Language {
            encoding: EUC_KR,
            name: "Windows-949",
            site: "서울 데이터 센터",
            list: "FriendlyName : 프런트 엔드 서버 인증서 2026\r\nIssuer : CN=콘토소 발급 인증 기관, O=콘토소 주식회사\r\n",
            console: "개인 \"MY\"\r\n================ 인증서 0 ================\r\n일련 번호: 1a2b\r\n발급자: CN=콘토소 루트 인증 기관\r\nCertUtil: -store 명령이 성공적으로 완료되었습니다.\r\n",
        },
        Language {
            encoding: WINDOWS_1251,
            name: "Windows-1251",
            site: "Главный офис Москва",
            list: "FriendlyName : Сертификат сервера переднего плана 2026\r\nIssuer : CN=Выдающий центр сертификации, O=ООО Контосо\r\n",
            console: "Личное \"MY\"\r\n================ Сертификат 0 ================\r\nСерийный номер: 1a2b\r\nПоставщик: CN=Корневой центр сертификации\r\nCertUtil: -store — команда успешно выполнена.\r\n",
        },
        Language {
            encoding: WINDOWS_1250,
            name: "Windows-1250",
            site: "Pobočka Brno – Žabovřesky",
            list: "FriendlyName : Certifikát serveru Příčná věž 2026\r\nIssuer : CN=Vydávající certifikační úřad, O=Společnost Contoso, s. r. o., Žďár\r\n",
            console: "Osobisty \"MY\"\r\n================ Certyfikat 0 ================\r\nNumer seryjny: 1a2b\r\nWystawca: CN=Główny urząd certyfikacji, L=Łódź\r\nCertUtil: -store — polecenie zostało wykonane pomyślnie.\r\n",
        },
        Language {
            encoding: WINDOWS_1252,
            name: "Windows-1252",
            site: "Zürich Bürogebäude",
            list: "FriendlyName : Zertifikat für Zugänge 2026\r\nIssuer : CN=Ausstellende Behörde, O=Contoso Österreich GmbH\r\n",
            console: "my \"Personnel\"\r\n================ Certificat 0 ================\r\nNuméro de série : 1a2b\r\nÉmetteur: CN=Autorité de certification racine\r\nCertUtil: -store La commande s’est terminée correctement.\r\n",
        },
    ];

    fn in_code_page(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        let (bytes, _, is_lossy) = encoding.encode(text);
        assert!(!is_lossy, "{text} is not in {}", encoding.name());
        bytes.into_owned()
    }

    #[test]
    fn texts_in_the_code_page_of_a_language_are_read_with_their_letters() {
        for language in LANGUAGES {
            let export = format!(
                "<Topology><Sites><CentralSite SiteId=\"1\"><Name>{}</Name></CentralSite></Sites></Topology>",
                language.site
            );
            let list = format!(
                "Thumbprint : A9D51A2911C74FABFF7F2A8A994B20857D399107\r\nUse : Default\r\n{}",
                language.list
            );
            for text in [&*export, &*list, language.console] {
                let decoded = decode(&in_code_page(language.encoding, text));
                assert_eq!(decoded.text, text, "{}", decoded.encoding);
                assert_eq!(decoded.encoding, language.name);
                let note = decoded.note.unwrap();
                assert!(note.contains(&format!("was read as {} (", language.name)), "{note}");
            }
        }
    }

    #[test]
    fn letters_far_behind_the_start_of_a_large_file_decide_too() {
        let text = format!("{}<Name>Филиал Казань</Name>", "<a/>\r\n".repeat(100_000));
        let decoded = decode(&in_code_page(WINDOWS_1251, &text));
        assert!(decoded.text.ends_with("<Name>Филиал Казань</Name>"));
    }

    #[test]
    fn bytes_that_look_like_no_language_are_read_with_a_note() {
        let decoded = decode(&[b'a', 0x81, 0xFF, 0xFE, b'\n']);
        assert!(decoded.note.unwrap().starts_with("byte 1 is not UTF-8"));
    }

    #[test]
    fn utf8_with_a_character_cut_in_two_stays_utf8() {
        let mut bytes = "Größe, Länge, Höhe, Übung".as_bytes().to_vec();
        bytes.push(0xC3);
        let decoded = decode(&bytes);
        assert_eq!(decoded.text, "Größe, Länge, Höhe, Übung\u{FFFD}");
        assert!(decoded.note.unwrap().contains("not valid UTF-8"));
    }
}
