// The page's own words. What stages and codes mean, and what to do about them, comes from the package's outcome table.

/** @typedef {"en" | "ja"} Language */

/** @type {Record<string, {en: string, ja: string}>} */
const WORDS = {
  title: { en: "Certificate verifier", ja: "証明書の検証" },
  language: { en: "Language", ja: "言語" },
  demonstration: {
    en: "Demonstration: people, certificates and trust data are made up.",
    ja: "デモ版です。人物、証明書、信頼情報はすべて架空のものです。",
  },
  newVersion: { en: "A new version of this page is ready.", ja: "このページの新しい版があります。" },
  useNewVersion: { en: "Use it", ja: "更新する" },

  scanHeading: { en: "Check a certificate", ja: "証明書を確認する" },
  scan: { en: "Scan with the camera", ja: "カメラで読み取る" },
  gate: { en: "Gate: one after another", ja: "ゲート（連続確認）" },
  choose: { en: "Choose a picture or file", ja: "画像・ファイルを選ぶ" },
  paste: { en: "Enter the text", ja: "文字列を入力する" },
  hint: {
    en: "You can also paste a picture or text here, or drop a file anywhere on the page.",
    ja: "画像や文字列の貼り付け、ファイルのドラッグ＆ドロップもできます。",
  },
  textLabel: { en: "Text of the certificate", ja: "証明書の文字列" },
  verify: { en: "Verify", ja: "検証する" },
  close: { en: "Close", ja: "閉じる" },
  cameraPicture: { en: "Picture of the camera", ja: "カメラの映像" },
  stop: { en: "Stop the camera", ja: "カメラを止める" },
  torch: { en: "Light", ja: "ライト" },
  switchCamera: { en: "Other camera", ja: "カメラ切替" },
  drop: { en: "Drop it to verify it", ja: "ここにドロップして検証" },
  starting: { en: "Starting…", ja: "準備しています…" },
  cameraStarting: { en: "Starting the camera…", ja: "カメラを起動しています…" },
  cameraOn: { en: "Hold the QR code into the picture.", ja: "QRコードをカメラにかざしてください。" },
  reading: { en: "Reading…", ja: "読み取っています…" },
  cameraDenied: {
    en: "The camera may not be used. Allow it for this page in the browser's settings, or choose a picture.",
    ja: "カメラを使用できません。ブラウザーの設定でこのページに許可するか、画像を選んでください。",
  },
  cameraMissing: { en: "No camera was found. Choose a picture instead.", ja: "カメラが見つかりません。画像を選んでください。" },
  cameraFailed: {
    en: "The camera does not start. Another program may be using it.",
    ja: "カメラを起動できません。他のアプリが使用している可能性があります。",
  },
  cameraLost: { en: "The camera was disconnected.", ja: "カメラとの接続が切れました。" },
  fileTooLarge: { en: "The file is too large for a certificate.", ja: "ファイルが大きすぎます。" },
  fileUnreadable: { en: "The file cannot be read.", ja: "ファイルを読み取れません。" },
  clipboardEmpty: { en: "There is neither a picture nor text to verify.", ja: "検証できる画像や文字列がありません。" },

  verdicts: { en: "Verdict", ja: "判定" },
  accepted: { en: "ACCEPTED", ja: "有効（受入可）" },
  rejected: { en: "REJECTED", ja: "受入不可" },
  undetermined: { en: "UNDETERMINED — not accepted", ja: "判定不能（受入不可）" },
  error: { en: "NOT CHECKED — not accepted", ja: "検証できませんでした（受入不可）" },
  acceptedMeans: {
    en: "Genuine, in force and signed by an issuer you trust. Compare the name with an identity document.",
    ja: "真正かつ有効で、信頼する発行者の署名があります。氏名を本人確認書類と照合してください。",
  },
  errorMeans: {
    en: "This software failed; that says nothing of the certificate. Try once more.",
    ja: "ソフトウェアの内部エラーです。証明書の真偽は分かりません。もう一度実行してください。",
  },
  genuineButNotAccepted: {
    en: "The content below is genuine, but the certificate is not accepted.",
    ja: "以下の内容は真正ですが、証明書は受け入れられません。",
  },
  contentNotShown: {
    en: "What the code says of a person is not shown, because nobody you trust has signed it.",
    ja: "信頼する発行者の署名が確認できないため、記載内容は表示しません。",
  },
  summaryComing: { en: "The name is being read…", ja: "氏名などを読み込んでいます…" },
  summaryFailed: {
    en: "The name cannot be shown. Do not rely on this verdict before you have compared the name with an identity document.",
    ja: "氏名などを表示できません。氏名を本人確認書類と照合するまで、この判定だけで受け入れないでください。",
  },
  retry: { en: "Try again", ja: "もう一度読み込む" },
  issuedAt: { en: "Issued", ja: "発行日時" },
  notBefore: { en: "Valid from", ja: "有効開始日時" },
  expiresAt: { en: "Valid until", ja: "有効期限" },
  signer: { en: "Signer", ja: "署名者" },
  claimedSigner: { en: "Signer it names", ja: "コードが示す署名者" },
  checks: { en: "Every check", ja: "検証項目" },
  pass: { en: "yes", ja: "問題なし" },
  fail: { en: "no", ja: "問題あり" },
  skipped: { en: "not checked", ja: "未確認" },
  undecided: { en: "cannot be decided", ja: "判定不能" },
  note: { en: "Note", ja: "注意" },
  checkedAt: { en: "Checked {time}.", ja: "検証日時：{time}" },
  cleared: { en: "The verdict was cleared.", ja: "判定を消去しました。" },
  next: { en: "Next", ja: "次へ" },
  automatic: { en: "After “accepted”, go on by itself", ja: "「有効」なら自動で次へ" },
  leaveGate: { en: "End gate", ja: "ゲートを終了" },
  several: { en: "{count} certificates were found.", ja: "{count}件の証明書が見つかりました。" },

  trustHeading: { en: "Trust data", ja: "信頼情報" },
  trustLoading: { en: "Loading…", ja: "読み込んでいます…" },
  trustNone: {
    en: "There is no trust data, so nothing can be accepted.",
    ja: "信頼情報がないため、どの証明書も「有効」とは判定できません。",
  },
  trustMissing: {
    en: "Nothing can be verified without trust data. Renew it below, or take it from a file.",
    ja: "信頼情報がないため検証できません。下の欄で更新するか、ファイルから取り込んでください。",
  },
  trustAge: { en: "The trust data is {age} old.", ja: "信頼情報は{age}前のものです。" },
  trustFuture: {
    en: "The trust data was issued after the time of this device's clock. Check date and time.",
    ja: "信頼情報の発行日時が端末の時計より後です。端末の日時を確認してください。",
  },
  trustTooOld: {
    en: "It is too old: nothing can be accepted until it is renewed.",
    ja: "古すぎるため、更新するまで「有効」とは判定できません。",
  },
  trustUndated: { en: "The trust data does not say how old it is.", ja: "信頼情報に日付がありません。" },
  trustSigners: { en: "Trusted signers", ja: "信頼する署名者" },
  trustIssued: { en: "Issued", ja: "発行日時" },
  trustUntil: { en: "Relied on until", ja: "使用期限" },
  trustNumber: { en: "Number", ja: "番号" },
  trustProven: { en: "Signature of the publisher", ja: "配布元の署名" },
  proven: { en: "verified", ja: "確認済み" },
  notProven: { en: "not verified", ja: "未確認" },
  trustLeftOut: { en: "Entries left out", ja: "使用できない項目" },
  trustChecked: { en: "Last looked for newer", ja: "最後に更新を確認した日時" },
  refresh: { en: "Look for newer trust data", ja: "信頼情報を更新する" },
  importTrust: { en: "Take it from a file", ja: "ファイルから取り込む" },
  refreshed: { en: "The trust data was renewed.", ja: "信頼情報を更新しました。" },
  current: { en: "There is nothing newer.", ja: "最新の信頼情報です。" },
  offline: {
    en: "The server cannot be reached; the trust data on this device stays in use.",
    ja: "サーバーに接続できません。端末の信頼情報を引き続き使用します。",
  },
  older: {
    en: "What was offered is older than what is in use and was not taken.",
    ja: "使用中のものより古いため、取り込みませんでした。",
  },
  refused: { en: "Not taken: {reason}.", ja: "取り込めませんでした：{reason}。" },
  refusedAtStart: {
    en: "The trust data on this device cannot be used: {reason}.",
    ja: "端末の信頼情報を使用できません：{reason}。",
  },
  notAProvenBundle: {
    en: "Only a trust bundle signed by the publisher can be taken from a file.",
    ja: "ファイルから取り込めるのは、配布元の署名がある信頼バンドルだけです。",
  },
  verifierFailed: { en: "The verifier does not start: {reason}.", ja: "検証プログラムを起動できません：{reason}。" },
  verificationFailed: {
    en: "It could not be verified, which says nothing of the certificate: {reason}.",
    ja: "検証できませんでした。証明書の真偽は分かりません：{reason}。",
  },
  readerFailed: { en: "The picture could not be read: {reason}.", ja: "画像を読み取れませんでした：{reason}。" },
  notLoaded: {
    en: "a part of this page cannot be loaded; connect to the network, or load the page anew",
    ja: "プログラムの一部を読み込めません。ネットワークに接続するか、ページを再読み込みしてください",
  },

  samplesHeading: { en: "Try it", ja: "試してみる" },
  samplesHint: {
    en: "Verify an example here, or hold its QR code in front of another device.",
    ja: "例をここで検証するか、QRコードを別の端末で読み取ってください。",
  },
  "sample accepted": { en: "Accepted: Japanese certificate", ja: "有効：日本の証明書" },
  "sample accepted-eu": { en: "Accepted: EU certificate", ja: "有効：EUの証明書" },
  "sample forged": { en: "Forged: a name was changed", ja: "偽造：氏名の書換え" },
  "sample revoked": { en: "Revoked", ja: "失効済み" },
  "sample expired": { en: "Expired", ja: "有効期限切れ" },
  "sample unknown-signer": { en: "Unknown signer", ja: "不明な署名者" },
  "sample undetermined": { en: "Undetermined: unknown product", ja: "判定不能：不明なワクチン" },
  sampleCode: { en: "QR code: {name}", ja: "QRコード：{name}" },

  privacy: {
    en: "Everything happens on this device. Nothing about a person is stored or sent; a verdict is cleared after two minutes.",
    ja: "処理はすべて端末内で行われます。個人の情報は保存も送信もされず、判定は2分後に消去されます。",
  },
  identity: {
    en: "A verdict speaks of the certificate, not of who presents it.",
    ja: "判定は証明書に関するもので、提示者が本人であることを示すものではありません。",
  },
};

/** The names of all words, for a test. */
export const NAMES = Object.keys(WORDS);

/**
 * A text in a language, with `{parts}` filled in.
 * @param {string} name
 * @param {Language} language
 * @param {Record<string, string | number>} [parts]
 */
export function words(name, language, parts = {}) {
  const text = WORDS[name]?.[language];
  if (text === undefined) throw new Error(`no words for ${name}`);
  return text.replace(/\{(\w+)\}/gu, (_, part) => String(parts[part]));
}

/**
 * A point in time on the reader's clock, with its zone.
 * @param {string | Date} time
 * @param {Language} language
 */
export function clock(time, language) {
  const format = new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", {
    year: "numeric", month: language === "ja" ? "numeric" : "short", day: "numeric",
    hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  return format.format(new Date(time));
}

/**
 * How long ago, in one unit: days from two days on, hours from one hour on, minutes below.
 * @param {number} milliseconds
 * @param {Language} language
 */
export function age(milliseconds, language) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  const [value, unit] = minutes >= 2 * 1440 ? [Math.floor(minutes / 1440), "day"]
    : minutes >= 60 ? [Math.floor(minutes / 60), "hour"]
    : [minutes, "minute"];
  const format = new Intl.NumberFormat(language === "ja" ? "ja-JP" : "en-GB", { style: "unit", unit: String(unit), unitDisplay: "long" });
  // Japanese sets no space between a number and what it counts.
  return language === "ja" ? format.format(Number(value)).replaceAll(" ", "") : format.format(Number(value));
}
