// What people bring: files, the clipboard, things dropped on the page.

/** The largest text file that is looked at: a certificate's text fits into a QR code, of 4,296 characters at most. */
const MAX_TEXT_BYTES = 64 * 1024;
/** The largest picture that is looked at. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;

/** Why an input is none; `words` names the text that says so. */
export class InputError extends Error {
  /** @param {string} words */
  constructor(words) {
    super(words);
    this.words = words;
  }
}

/**
 * What a file holds: a picture for the reader of pictures, or text.
 * @param {Blob} file
 * @returns {Promise<{picture: Blob} | {text: string}>}
 */
export async function contentOf(file) {
  const isText = file.type.startsWith("text/") || (file.type === "" && file.size <= MAX_TEXT_BYTES && (await startsAsText(file)));
  if (file.size > (isText ? MAX_TEXT_BYTES : MAX_PICTURE_BYTES)) throw new InputError("fileTooLarge");
  try {
    return isText ? { text: (await file.text()).trim() } : { picture: file };
  } catch {
    throw new InputError("fileUnreadable");
  }
}

/** @param {Blob} file */
async function startsAsText(file) {
  const head = new Uint8Array(await file.slice(0, 64).arrayBuffer());
  return head.length > 0 && head.every((byte) => byte >= 0x20 && byte < 0x7f || byte === 9 || byte === 10 || byte === 13);
}

/**
 * What was pasted or dropped: files before text.
 * @param {DataTransfer | null} data
 * @returns {{files: File[], text: string}}
 */
export function broughtBy(data) {
  return { files: [...(data?.files ?? [])], text: data?.getData("text/plain").trim() ?? "" };
}
