// A verifier as one writes it by hand in JavaScript: @noble/curves for the signature, fflate for zlib, and small
// decoders of Base45 and CBOR. It checks the signature and the dates, and far less than this package does.
import { p256 } from "@noble/curves/nist.js";
import { unzlibSync } from "fflate";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

function unbase45(text) {
  const bytes = new Uint8Array(Math.floor((text.length * 2) / 3));
  let out = 0;
  for (let at = 0; at < text.length; at += 3) {
    const rest = text.length - at;
    let value = VALUES.get(text[at]) + 45 * VALUES.get(text[at + 1]);
    if (rest >= 3) {
      value += 2025 * VALUES.get(text[at + 2]);
      bytes[out++] = value >> 8;
    }
    bytes[out++] = value & 255;
  }
  return bytes.subarray(0, out);
}

const utf8 = new TextDecoder();

class Cbor {
  at = 0;
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  length(info) {
    if (info < 24) return info;
    const size = 1 << (info - 24);
    const at = this.at;
    this.at += size;
    if (size === 1) return this.bytes[at];
    if (size === 2) return this.view.getUint16(at);
    if (size === 4) return this.view.getUint32(at);
    return Number(this.view.getBigUint64(at));
  }

  item() {
    const head = this.bytes[this.at++];
    const info = head & 31;
    switch (head >> 5) {
      case 0:
        return this.length(info);
      case 1:
        return -1 - this.length(info);
      case 2: {
        const length = this.length(info);
        return this.bytes.subarray(this.at, (this.at += length));
      }
      case 3: {
        const length = this.length(info);
        return utf8.decode(this.bytes.subarray(this.at, (this.at += length)));
      }
      case 4:
        return Array.from({ length: this.length(info) }, () => this.item());
      case 5: {
        const map = new Map();
        for (let left = this.length(info); left > 0; left -= 1) map.set(this.item(), this.item());
        return map;
      }
      case 6:
        this.length(info);
        return this.item();
      default:
        if (info === 27) {
          this.at += 8;
          return this.view.getFloat64(this.at - 8);
        }
        return [false, true, null, undefined][info - 20];
    }
  }
}

function head(major, length) {
  if (length < 24) return [(major << 5) | length];
  if (length < 256) return [(major << 5) | 24, length];
  return [(major << 5) | 25, length >> 8, length & 255];
}

const SIGNATURE1 = [0x84, 0x6a, ...new TextEncoder().encode("Signature1")];

/** The payload of a text signed by this key, or undefined. */
export function verify(text, publicKey, now) {
  const cose = unzlibSync(unbase45(text.trim().slice(4)));
  const [protectedBytes, , payload, signature] = new Cbor(cose).item();
  const signed = Uint8Array.from([
    ...SIGNATURE1,
    ...head(2, protectedBytes.length),
    ...protectedBytes,
    0x40,
    ...head(2, payload.length),
    ...payload,
  ]);
  if (new Cbor(protectedBytes).item().get(1) !== -7) return undefined;
  if (!p256.verify(signature, signed, publicKey, { lowS: false })) return undefined;
  const claims = new Cbor(payload).item();
  const seconds = now.getTime() / 1000;
  if (claims.get(4) < seconds || claims.get(6) > seconds) return undefined;
  return claims.get(-260).get(1);
}
