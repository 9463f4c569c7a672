// The types of @tegata/verifier. Written by hand; the names of stages and codes are made from the outcome table.

import type { CardStage, Code, Stage } from "./outcomes.js";

export type { CardStage, Code, Stage };

/** What a member of a JSON object can be. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The result of one check. */
export type Check = "pass" | "fail" | "undetermined" | "skipped";

/** Every check of a verification, in the order they are judged. */
export interface Checks {
  readonly prefix: Check;
  readonly base45: Check;
  readonly compression: Check;
  readonly cose: Check;
  readonly claims: Check;
  readonly signer: Check;
  readonly signature: Check;
  readonly schema: Check;
  readonly validity: Check;
  readonly key_usage: Check;
  readonly revocation: Check;
}

/** Who signed. */
export interface Signer {
  /** Lower-case hexadecimal. */
  readonly key_id: string;
  readonly algorithm: "ES256" | "ES384" | "PS256";
  /** ISO 3166-1 alpha-2, from the signer's certificate. */
  readonly country: string | null;
  /** The subject of the signer's certificate; empty for a key that came without one. */
  readonly subject: string;
  readonly trusted_by: "direct" | "authority";
}

/** What the signed object says of itself. Times are RFC 3339 in UTC. */
export interface Claims {
  readonly issuer: string | null;
  readonly issued_at: string | null;
  readonly not_before: string | null;
  readonly expires_at: string | null;
}

/** Something that was noticed and does not decide. */
export interface Warning {
  readonly stage: Stage;
  readonly code: Code;
  /** One English sentence, free of personal data. */
  readonly message: string;
}

interface Report {
  readonly format: "hcert" | null;
  readonly checks: Checks;
  readonly signer: Signer | null;
  readonly claims: Claims | null;
  /** The kind of content: the key in the claim −260. 1 is the EU's, −1001 the Japanese full content. */
  readonly hcert_key: number | null;
  readonly warnings?: readonly Warning[];
}

/** A certificate to rely on. */
export interface Accepted extends Report {
  readonly status: "accepted";
  readonly format: "hcert";
  readonly stage: null;
  readonly code: null;
  readonly message: null;
  readonly signer: Signer;
  readonly claims: Claims;
  readonly hcert_key: number;
  /** The signed content, the only place from which to read whose certificate it is. */
  readonly payload: Json;
}

interface NotAccepted extends Report {
  /** The first check that did not pass. */
  readonly stage: Stage;
  readonly code: Code;
  /** One English sentence, free of personal data. `outcomes.js` has it in Japanese too, and what to do. */
  readonly message: string;
  /** The content of a certificate that is genuine and yet not to be relied on; absent where the signature is not. */
  readonly unaccepted_payload?: Json;
}

/** A check failed. */
export interface Rejected extends NotAccepted {
  readonly status: "rejected";
}

/** No check failed, but one could not be decided. Not to be relied on; the code says what would settle it. */
export interface Undetermined extends NotAccepted {
  readonly status: "undetermined";
}

/**
 * This package failed, which says nothing of the certificate. The WebAssembly instance was wiped and a new one made;
 * verifiers that lived in it throw `freed` from now on. This one may be among them: make it anew on `freed`.
 */
export interface Failed {
  readonly status: "error";
  readonly stage: "internal";
  readonly code: "internal-error";
  readonly message: string;
}

/** The outcome of a verification: the object that `tegata verify --format json` prints, without `source` and `index`. */
export type Verification = Accepted | Rejected | Undetermined | Failed;

/** The checks that need no trust. */
export type OpeningChecks = Pick<Checks, "prefix" | "base45" | "compression" | "cose" | "claims" | "schema">;

/** The layers of a text. Nothing says that any of it is true: anybody can make such a text. */
export interface Decoded {
  readonly verified: false;
  readonly format: "hcert" | null;
  readonly stage?: Stage;
  readonly code?: Code;
  readonly message?: string;
  readonly layers: {
    readonly base45_characters: number | null;
    readonly compressed: boolean | null;
    readonly cose_bytes: number | null;
  };
  readonly protected: { readonly [name: string]: Json };
  readonly unprotected: { readonly [name: string]: Json };
  readonly claims: Claims | null;
  readonly hcert_key: number | null;
  readonly unauthenticated_payload: Json;
  readonly checks: OpeningChecks;
}

/** A line of a summary for people. The value comes from the certificate: put it into the page as text, never as HTML. */
export interface SummaryLine {
  /** What the line is about, in the language asked for: "Name", "氏名". */
  readonly label: string;
  readonly value: string;
}

/** A point in time: a `Date`, or RFC 3339 with up to nine fraction digits (`2026-01-31T09:00:00Z`). */
export type Time = Date | string;

/** What a verifier trusts and demands; each list takes the files that the option of the command takes. */
export interface VerifierOptions {
  /** Trusted signers (`--trust`): certificates (PEM, DER), trust bundles, trust lists of any known format. */
  readonly trust?: readonly Uint8Array[];
  /** Trusted authorities (`--authority`). */
  readonly authorities?: readonly Uint8Array[];
  /** Signer certificates from an untrusted source, below an authority (`--signers`). */
  readonly signers?: readonly Uint8Array[];
  /** Who signs the trust bundles (`--anchor`): certificates. Without one a bundle is trusted as it is. */
  readonly anchors?: readonly Uint8Array[];
  /** What is revoked (`--revocation`); trust bundles bring their own. */
  readonly revocation?: readonly Uint8Array[];
  /** Refuse trust bundles below this number (`--minimum-sequence`); a safe integer. */
  readonly minimumSequence?: number;
  /** Clock difference to allow, 0 to 86400 seconds (`--skew`). */
  readonly skewSeconds?: number;
  /** Refuse what reaches beyond its signer's validity (`--strict`). */
  readonly strict?: boolean;
  /** Accept ES256 signatures made with P-384 keys. */
  readonly allowP384UnderEs256?: boolean;
  /** Accept signatures of RSA keys of 1024 to 2047 bits. */
  readonly allowRsa1024?: boolean;
  /** Accept signers whose certificate ends after its authority's. */
  readonly allowSignerOutlivesAuthority?: boolean;
}

export interface VerifyOptions {
  /** The time of verification. Always given: the package reads no clock. */
  readonly now: Time;
}

/** An entry of the trust files that is not used, and why. */
export interface LeftOut {
  /** Which list of the options. */
  readonly list: "trust" | "authorities" | "signers";
  /** Which of its files; null for a signer that no authority issued, which shows only when all files are read. */
  readonly index: number | null;
  /** The entry's name in its file; for a signer that no authority issued, its key id. */
  readonly id: string;
  readonly stage: Stage;
  readonly code: Code;
  readonly message: string;
}

/** A trust bundle in use. Times are RFC 3339 in UTC. */
export interface TrustBundle {
  /** Which file of `trust`. */
  readonly index: number;
  readonly sequence: number;
  readonly issued_at: string;
  readonly valid_until: string;
  /** Until when verdicts rely on it: its validity, or its greatest age if that is sooner. */
  readonly relied_on_until: string;
  readonly signers: number;
  /** Whether an anchor proved it; false where no anchor was given. */
  readonly proven: boolean;
}

/** What a verifier was made of. */
export interface TrustSummary {
  /** The number of signers trusted; with 0 nothing can be accepted. */
  readonly signers: number;
  readonly bundles: readonly TrustBundle[];
  readonly left_out: readonly LeftOut[];
}

/** A class of the platform, by its name; `never` in a project whose types do not have it, as those of Node or a worker. */
type Platform<Name extends string> = typeof globalThis extends { readonly [N in Name]: { prototype: infer Instance } }
  ? Instance
  : never;

/** A WebAssembly module that was compiled before. */
type CompiledModule = typeof globalThis extends { readonly WebAssembly: { readonly Module: { prototype: infer Instance } } }
  ? Instance
  : never;

/** Whence a WebAssembly module comes. */
export type ModuleSource =
  | string
  | Platform<"URL">
  | Platform<"Response">
  | ArrayBuffer
  | ArrayBufferView
  | CompiledModule
  | Promise<string | Platform<"URL"> | Platform<"Response"> | ArrayBuffer | ArrayBufferView | CompiledModule>;

/**
 * Loads the core module: ES256, trust bundles, certificates. Nothing is loaded before. May be called again at any
 * time: after a failure (`not-loaded`) that tries anew, also with another source. Without a source the file beside this
 * one is used.
 */
export function init(source?: ModuleSource): Promise<void>;
export default init;

/**
 * Loads the module with everything else: PS256 and ES384, the trust lists of others, revocation lists, authorities, the
 * rarer kinds of certificates, what is wrong with malformed ones, cards. Loaded by itself where a promise is given, and always in Node; what gives none
 * throws `more-needed` in browsers unless it is there already.
 */
export function loadMore(source?: ModuleSource): Promise<void>;

/** Loads the module that reads images. Loaded by itself by `verifyImage` and `readCodes`. */
export function loadCamera(source?: ModuleSource): Promise<void>;

/**
 * Verifies certificates against what it was made with. It keeps a copy of the files for as long as the core module does
 * its work, to make itself anew in the other module for the first certificate that needs that.
 */
export class Verifier {
  /**
   * Throws a `TegataError` when a file cannot be used, with its code; `not-loaded` before `init`, and in browsers
   * `more-needed` where the files need the second module: then use `Verifier.create`, or `loadMore` before.
   */
  constructor(options: VerifierOptions);
  /** The same, loading the modules that the options need. */
  static create(options: VerifierOptions): Promise<Verifier>;
  /** What this verifier was made of. */
  readonly trust: TrustSummary;
  /**
   * Verifies a certificate's text, `HC1:…`, at once. In browsers it throws `more-needed` for a kind of certificate that
   * the core module does not know, and for one that is malformed, unless `loadMore` was waited for before; `verifyAsync`
   * never does.
   */
  verify(text: string, options: VerifyOptions): Verification;
  /** The same, loading the second module where the certificate needs it. */
  verifyAsync(text: string, options: VerifyOptions): Promise<Verification>;
  /** Reads the codes in an image and verifies each; one result at least, which says why where there is no code. */
  verifyImage(image: ImageInput, options: VerifyOptions & ReadOptions): Promise<Verification[]>;
  /** Gives its memory back. Using it afterwards throws. */
  free(): void;
  [Symbol.dispose](): void;
}

declare global {
  interface SymbolConstructor {
    // Known to compilers from 5.2 on under the library `esnext.disposable`, which not every project has.
    readonly dispose: unique symbol;
  }
}

/** An image: a PNG or JPEG file, its pixels or, in browsers, whatever can be drawn. */
export type ImageInput =
  | Uint8Array
  | ArrayBuffer
  | Pixels
  | Platform<"Blob">
  | Platform<"ImageBitmap">
  | Platform<"HTMLImageElement">
  | Platform<"HTMLVideoElement">
  | Platform<"HTMLCanvasElement">
  | Platform<"OffscreenCanvas">
  | Platform<"VideoFrame">;

/** Pixels, row by row from the top left corner, four bytes each: red, green, blue, opacity. `ImageData` is such. */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

export interface ReadOptions {
  /**
   * Whether the browser's own reader is asked first, where it has one and that has read a test symbol right
   * (default true). What it cannot read is looked for by the module all the same.
   */
  readonly browserReader?: boolean;
  /** For frames of a camera: one quick look, since the next frame comes soon (default false). */
  readonly quick?: boolean;
}

/** The texts of the two-dimensional codes in an image; empty where there is none or it is no image. Nothing is verified. */
export function readCodes(image: ImageInput, options?: ReadOptions): Promise<string[]>;

/** Opens every layer of a text and verifies nothing. In browsers after `loadMore`. */
export function decode(text: string): Decoded | Failed;

/**
 * Who, what and when for a person, from the content of a genuine certificate: give it the result of `verify` itself,
 * not a copy. Empty for a certificate that is not genuine, or of no kind that is known. Of one that is not accepted,
 * say so beside the lines. In a line of several parts, such as a vaccination, two spaces part them.
 */
export function summarise(result: Verification, language: "en" | "ja"): Promise<SummaryLine[]>;

/** Every check of a card's files, in the order they are judged. */
export type CardChecks = { readonly [Stage in CardStage]: Check };

interface CardReport {
  readonly application: "text" | "surface";
  readonly checks: CardChecks;
  readonly hierarchy: "production" | "test" | "other" | null;
  readonly signer: { readonly key_id: string; readonly municipality_code: string } | null;
}

/** The card's data is genuine. That the card itself is there, and who holds it, is not said. */
export interface CardAccepted extends CardReport {
  readonly status: "accepted";
  readonly stage: null;
  readonly code: null;
  /** Never the individual number. */
  readonly identity: { readonly [name: string]: Json };
}

/** The card's data is not to be relied on. */
export interface CardRejected extends CardReport {
  readonly status: "rejected";
  readonly stage: CardStage;
  readonly code: Code;
}

export type CardVerification = CardAccepted | CardRejected | Failed;

/**
 * The files of a card by their names: the identifier `0001` to `0007` with any of a leading `text-` or `surface-`,
 * a trailing `-physical`, and `.bin`. Other names are passed over.
 */
export type CardFiles = { readonly [name: string]: Uint8Array } | ReadonlyMap<string, Uint8Array>;

export interface CardOptions {
  /** Whose files to verify, and what those are whose names do not say (default `text`). */
  readonly application?: "text" | "surface";
  /** Authorities to accept besides the built-in ones: JSON, as text or bytes. */
  readonly authorities?: string | Uint8Array;
  /** Accept cards of the test hierarchy. */
  readonly acceptTestCards?: boolean;
  /** The 32 bytes that the card was asked to sign, and what it answered. */
  readonly challenge?: Uint8Array;
  readonly response?: Uint8Array;
}

/** Verifies the files read from an Individual Number Card. */
export function verifyCard(files: CardFiles, options?: CardOptions): Promise<CardVerification>;

/** What this package throws; never a verdict. */
export class TegataError extends Error {
  readonly name: "TegataError";
  /**
   * A mistake of the caller: `api-misuse`, `more-needed`, or the outcome code of a file that cannot be used. `not-loaded`:
   * before `init`, or where a module cannot be had. `freed`: also where the verifier was lost in a fault of this package;
   * make it anew. `internal-error`: such a fault where there is no result to say so.
   */
  readonly code: "not-loaded" | "more-needed" | "freed" | Code;
}
