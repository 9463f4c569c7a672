//! Variants of kanji (異体字) that are taken for one when texts differ, so that a person looks instead of a refusal.
//!
//! The table is small on purpose: it decides nothing but who is asked. Its sources are
//! 1. the second part of the second annex of the Family Register Act's ordinance (戸籍法施行規則別表第二の二), which
//!    pairs the characters that names may be written with in either form;
//! 2. the older forms in brackets in the list of characters for common use (常用漢字表, 平成22年内閣告示第2号), those
//!    that stand in surnames;
//! 3. popular forms of surnames that register offices replace (誤字俗字・正字一覧表, 法務省民一第2842号通達, 2004).
//!
//! Besides them, compatibility ideographs are folded as the Unicode Character Database decomposes them, and variation
//! selectors are left out.

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::normalise::is_compatibility_ideograph;

/// The text with one form of every character in place of its variants.
#[must_use]
pub fn fold(text: &str) -> Zeroizing<String> {
    // Forms that are folded have at most as many bytes as four; most take three.
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 2));
    for character in text.chars().filter(|character| !is_variation_selector(*character)) {
        if is_compatibility_ideograph(character) {
            core::iter::once(character).nfc().for_each(|plain| out.push(one_form(plain)));
        } else {
            out.push(one_form(character));
        }
    }
    out
}

fn one_form(character: char) -> char {
    let group = VARIANTS.split_whitespace().find(|group| group.contains(character));
    group.and_then(|group| group.chars().next()).unwrap_or(character)
}

const fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Groups of forms; no character stands in two of them.
const VARIANTS: &str = "\
    亜亞 悪惡 為爲 栄榮 衛衞 円圓 縁緣 薗園 応應 桜櫻 奥奧 横橫 温溫 価價 壊壞 懐懷 楽樂 渇渴 巻卷 陥陷 寛寬 気氣 \
    偽僞 戯戲 虚虛 峡峽 狭狹 暁曉 駆驅 勲勳 薫薰 恵惠 掲揭 鶏鷄 芸藝 撃擊 県縣 倹儉 剣劍 険險 圏圈 検檢 顕顯 験驗 \
    厳嚴 広廣 恒恆 黄黃 国國 黒黑 砕碎 雑雜 児兒 湿濕 実實 寿壽 収收 従從 渋澁 獣獸 縦縱 緒緖 叙敍 将將 渉涉 焼燒 \
    奨奬 条條 状狀 乗乘 浄淨 剰剩 畳疊 嬢孃 譲讓 醸釀 真眞 寝寢 慎愼 尽盡 粋粹 酔醉 穂穗 瀬瀨 斉齊 静靜 摂攝 専專 \
    戦戰 繊纖 禅禪 壮壯 争爭 荘莊 捜搜 巣巢 曽曾 装裝 騒騷 増增 蔵藏 臓臟 即卽 帯帶 滞滯 滝瀧 単單 団團 弾彈 昼晝 \
    鋳鑄 庁廳 徴徵 聴聽 鎮鎭 転轉 伝傳 島嶋嶌 灯燈 盗盜 稲稻 徳德 拝拜 杯盃 売賣 髪髮 抜拔 晩晚 秘祕 富冨 払拂 仏佛 \
    歩步 峰峯 翻飜 毎每 万萬 黙默 野埜 弥彌 薬藥 与與 揺搖 様樣 謡謠 来來 頼賴 覧覽 竜龍 涼凉 緑綠 塁壘 涙淚 礼禮 \
    暦曆 歴歷 錬鍊 録錄 \
    沢澤 辺邊邉 浜濱濵 斎齋 学學 関關 塩鹽 亀龜 号號 総總 桧檜 区區 会會 図圖 声聲 台臺 鉄鐵 当當 独獨 麦麥 変變 \
    宝寶 満滿 霊靈 労勞 篭籠 \
    高髙 崎﨑 吉𠮷 館舘 柳栁 桑桒";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_character_stands_in_two_groups() {
        let mut seen = BTreeSet::new();
        for group in VARIANTS.split_whitespace() {
            assert!(group.chars().count() > 1, "{group}");
            for character in group.chars() {
                assert!(seen.insert(character), "{character}");
            }
        }
    }

    #[test]
    fn one_form_for_all() {
        assert_eq!(*fold("渡邊邉辺"), *"渡辺辺辺");
        assert_eq!(*fold("髙𠮷﨑"), *"高吉崎");
        // Compatibility ideographs, and a variation sequence.
        assert_eq!(*fold("\u{fa19}葛\u{e0100}"), *"神葛");
        assert_eq!(*fold("手形"), *"手形");
    }
}
