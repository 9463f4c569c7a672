//! Writes a file of synthetic records to standard output, for measuring an import:
//! `cargo run --release -p tegata-issuer --example synthetic_records -- 1000000 > records.csv`
//!
//! Three rows a person, every number made up: the people do not exist.

use std::io::{BufWriter, Write as _};

use tegata::model::individual_number_check_digit;

fn main() -> std::io::Result<()> {
    let rows: u64 = std::env::args().nth(1).and_then(|rows| rows.parse().ok()).unwrap_or(1_000);
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    writeln!(
        out,
        "個人番号,宛名番号,自治体コード,接種券番号,氏名,フリガナ,生年月日,性別,住所,接種状況,接種回,接種日,ワクチン種類,\
         メーカー,製品名,ロット番号,接種場所,医師名,転出フラグ,死亡フラグ,支援措置フラグ"
    )?;
    for row in 0..rows {
        let (person, dose) = (row / 3, row % 3 + 1);
        let day = 19_300_101 + person % 80 * 10_000 + person % 12 * 100 + person % 28;
        let sex = if person % 2 == 0 { "男" } else { "女" };
        let house = person % 30 + 1;
        writeln!(
            out,
            "{},{person:015},131202,{person:010},手形　人{person},テガタ　ヒト,{day},{sex},\
             東京都練馬区豊玉北６丁目{house}番１号,実施,{dose},2021{:02}01,mRNAワクチン,ファイザー,コミナティ,EX{:04},\
             手形医院,医師　太郎,0,0,0",
            number(person),
            6 + dose,
            person % 10_000,
        )?;
    }
    out.flush()
}

/// A number with a right check digit.
fn number(person: u64) -> String {
    let eleven = format!("{:011}", 10_000_000_000 + person);
    let mut digits = [0; 11];
    digits.iter_mut().zip(eleven.bytes()).for_each(|(to, digit)| *to = digit - b'0');
    format!("{eleven}{}", individual_number_check_digit(&digits))
}
