// Damage, the same in every run, to bytes and to certificates' texts.
import { deflateSync, inflateSync } from "node:zlib";

// xorshift32
let state = 0x7e6a7a11;
export const random = (below) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
};
export const pick = (list) => list[random(list.length)];

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

function unbase45(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((character) => ALPHABET.indexOf(character));
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (digits.length === 3) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
}

function base45(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = at + 1 < bytes.length;
    let value = pair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
    for (let digit = 0; digit < (pair ? 3 : 2); digit += 1) {
      text += ALPHABET[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

/** Bytes that hit lengths, types and limits of every format here. */
const SHARP = [0x00, 0x01, 0x1a, 0x1b, 0x3b, 0x5b, 0x7b, 0x7f, 0x80, 0x84, 0x9b, 0x9f, 0xbb, 0xbf, 0xd2, 0xf6, 0xfb, 0xff];

export function damaged(bytes, others) {
  let result = Uint8Array.from(bytes);
  for (let times = 1 + random(3); times > 0; times -= 1) {
    const at = random(result.length || 1);
    switch (random(6)) {
      case 0:
        result[at] ^= 1 << random(8);
        break;
      case 1:
        result[at] = pick(SHARP);
        break;
      case 2:
        result = result.slice(0, at);
        break;
      case 3:
        result = Uint8Array.from([...result.slice(0, at), ...result.slice(at + 1 + random(8))]);
        break;
      case 4: {
        const from = random(result.length || 1);
        result = Uint8Array.from([...result.slice(0, at), ...result.slice(from, from + random(40)), ...result.slice(at)]);
        break;
      }
      default: {
        const other = pick(others);
        const from = random(other.length || 1);
        result = Uint8Array.from([...result.slice(0, at), ...other.slice(from, from + random(60)), ...result.slice(at)]);
      }
    }
  }
  return result;
}

/** One bit changed, which more often than not leaves the structure whole. */
export function bent(bytes) {
  const result = Uint8Array.from(bytes);
  result[random(result.length)] ^= 1 << random(3);
  return result;
}

/** The signed object inside a certificate's text; nothing where there is none. */
export function objectOf(text) {
  try {
    return new Uint8Array(inflateSync(unbase45(text.slice(4)), { maxOutputLength: 65_536 }));
  } catch {
    return undefined;
  }
}

export const textOf = (object) => `HC1:${base45(deflateSync(object, { level: 1 }))}`;
