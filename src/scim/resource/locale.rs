//! Which texts are a `locale` or a `timezone` to GoTo.

use jiff::tz::TimeZoneDatabase;

/// The languages that have a code of two letters, ISO 639-1.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii \
    ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr \
    ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl \
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh \
    zu";

/// The countries, ISO 3166-1.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
    FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ \
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL \
    TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Whether a text is a language, or a language and a country, as in `de` or `en-US`.
///
/// The parts may also be joined as Java joins them, `en_US`. A language of three letters (ISO 639-2 and 639-3, several
/// thousand) is taken by its form.
pub(super) fn is_locale(text: &str) -> bool {
    let mut parts = text.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    let country = parts.next();
    parts.next().is_none() && is_language(language) && country.is_none_or(|one| has(COUNTRIES, one))
}

/// Whether a text names a time zone, as in `Europe/Berlin`.
pub(super) fn is_time_zone(text: &str) -> bool {
    // The database in the program, so that every machine says the same.
    TimeZoneDatabase::bundled().get(text).is_ok()
}

fn is_language(text: &str) -> bool {
    match text.len() {
        2 => has(LANGUAGES, text),
        3 => text.bytes().all(|byte| byte.is_ascii_alphabetic()),
        _ => false,
    }
}

fn has(codes: &str, code: &str) -> bool {
    let mut codes = codes.split_ascii_whitespace();
    codes.any(|one| one.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locale_is_a_language_or_a_language_and_a_country() {
        for text in ["en", "DE", "en-US", "en_US", "pt-br", "gsw-CH"] {
            assert!(is_locale(text), "{text}");
        }
        let not = [
            "",
            "e",
            "xx",
            "english",
            "en-",
            "-US",
            "en-XX",
            "en-USA",
            "zh-Hant-TW",
            "en US",
            "d\u{e9}",
            "en-419",
        ];
        for text in not {
            assert!(!is_locale(text), "{text}");
        }
    }

    #[test]
    fn time_zone_is_one_of_the_iana_database() {
        for text in [
            "Europe/Berlin",
            "America/Los_Angeles",
            "UTC",
            "Asia/Kolkata",
            "Etc/GMT+3",
        ] {
            assert!(is_time_zone(text), "{text}");
        }
        for text in [
            "",
            "Berlin",
            "Mars/Olympus",
            "+01:00",
            "Europe/Berlin ",
            "../etc/passwd",
            "\0",
        ] {
            assert!(!is_time_zone(text), "{text}");
        }
    }
}
