// The files of an Individual Number Card.

import { TegataError, misuse } from "./errors.js";
import { bytesOf, read, wipe, write } from "./loader.js";

const UNUSABLE = -2;
const CHALLENGE_BYTES = 32;

/** The arguments of `verifyCard`, checked. */
export function cardInput(files, options = {}) {
  if (typeof files !== "object" || files === null) throw misuse("files is neither an object nor a Map");
  const named = files instanceof Map ? [...files] : Object.entries(files);
  for (const [name, bytes] of named) {
    if (typeof name !== "string" || !(bytes instanceof Uint8Array)) throw misuse("a file of the card is no Uint8Array");
  }
  const { application = "text", acceptTestCards = false, authorities, challenge, response } = options;
  if (application !== "text" && application !== "surface") throw misuse("application is neither text nor surface");
  if (typeof acceptTestCards !== "boolean") throw misuse("acceptTestCards is no boolean");
  const known = typeof authorities === "string" ? bytesOf(authorities) : authorities;
  for (const [name, bytes] of Object.entries({ authorities: known, challenge, response })) {
    if (bytes !== undefined && !(bytes instanceof Uint8Array)) throw misuse(`${name} is no Uint8Array`);
  }
  if ((challenge === undefined) !== (response === undefined)) throw misuse("a challenge and a response go together");
  if (challenge !== undefined && challenge.length !== CHALLENGE_BYTES) {
    throw misuse(`a challenge has ${CHALLENGE_BYTES} bytes`);
  }
  const flags = (application === "surface" ? 1 : 0) | (acceptTestCards ? 2 : 0);
  return { named, flags, authorities: known, challenge, response };
}

/** Verifies a card in the module that can. */
export function verifyCardIn(loader, input) {
  return loader.call((exports) => {
    exports.card_begin(input.flags);
    try {
      return handedOver(exports, input);
    } finally {
      // Nothing of the card stays, also where an argument was refused half-way.
      exports.card_begin(0);
      wipe(exports);
    }
  });
}

function handedOver(exports, { named, authorities, challenge, response }) {
  for (const [name, bytes] of named) {
    const nameBytes = bytesOf(name);
    write(exports, nameBytes, bytes);
    if (exports.card_file(nameBytes.length) !== 0) throw misuse("a file of the card is there twice, and the two differ");
  }
  if (authorities !== undefined) {
    write(exports, authorities);
    exports.card_authorities();
  }
  if (challenge !== undefined) {
    write(exports, challenge);
    exports.card_challenge();
    write(exports, response);
    exports.card_response();
  }
  if (exports.card_verify() === UNUSABLE) {
    const { code, message } = read(exports);
    throw new TegataError(code, `authorities: ${message}`);
  }
  return read(exports);
}
