/*
 * libtegata: verifies vaccination certificates and drives the dialogue with an Individual Number Card. It cannot sign.
 *
 * Conventions
 * - A function that can fail returns int32_t: 0 when it is done or the certificate is accepted, else a number of
 *   tegata_code. "rc == 0" is the one test that a program needs.
 * - Outputs come last. They are set to NULL or 0 first and filled only on success; exceptions are named. Each is a
 *   variable of its own, no other output and no input, unless it is said otherwise.
 * - A handle has one owner, the program, which gives it back to its _free function once. NULL is allowed there. What a
 *   function takes as const, it leaves unchanged; nothing that is passed in changes its owner, except to _free.
 * - Text is UTF-8 with a length in bytes and no closing NUL, unless it is said otherwise.
 * - What is copied into a buffer: "length" always receives the length that is needed. NULL with a capacity of 0 asks
 *   for the length and returns 0; a buffer that is too short returns TEGATA_BUFFER_TOO_SMALL and stays as it is.
 * - Trust sets, verifiers, certificates, identities and reports may be used by any number of threads at once; builders,
 *   sessions and card files by one thread at a time.
 * - No function reads a clock, a file, the environment or the network, writes anywhere but into its outputs, or calls
 *   back. Nothing needs to be initialised. Memory of the library is wiped when it is freed.
 *
 * Made from bindings/c/src by cbindgen: do not edit.
 */

#ifndef TEGATA_H
#define TEGATA_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a function returns: 0 or one of these. The number of a code never changes.
 *
 * 0 accepted or done, 1000-1899 rejected, 1900-1999 undetermined (not accepted), 2000-2999 bad input
 * from the caller, 3000-3999 misuse of this interface, 9000-9999 a fault of this library.
 */
typedef enum tegata_code {
    /* accepted; done */
    TEGATA_OK = 0,
    /* prefix: the text does not start with HC1: and so is not a health certificate */
    TEGATA_MISSING_PREFIX = 1000,
    /* prefix: the text is a health certificate of a version or family this verifier does not know */
    TEGATA_UNSUPPORTED_PREFIX = 1001,
    /* prefix: the text is longer than any QR code can hold */
    TEGATA_INPUT_TOO_LONG = 1002,
    /* prefix: the image is damaged or too large */
    TEGATA_IMAGE_UNREADABLE = 1003,
    /* prefix: no QR code was found in the image */
    TEGATA_NO_CODE_FOUND = 1004,
    /* base45: the text holds a character that Base45 does not have */
    TEGATA_BASE45_INVALID_CHARACTER = 1050,
    /* base45: the length of the text is impossible in Base45 */
    TEGATA_BASE45_INVALID_LENGTH = 1051,
    /* base45: a group of characters stands for a value out of range */
    TEGATA_BASE45_NON_CANONICAL = 1052,
    /* compression: the data does not start with a zlib header */
    TEGATA_NOT_COMPRESSED = 1100,
    /* compression: the compressed data ends too early */
    TEGATA_COMPRESSION_TRUNCATED = 1101,
    /* compression: the compressed data is damaged */
    TEGATA_COMPRESSION_CORRUPT = 1102,
    /* compression: the checksum of the unpacked data does not match */
    TEGATA_COMPRESSION_CHECKSUM = 1103,
    /* compression: the data unpacks to more than any certificate holds */
    TEGATA_COMPRESSION_TOO_LARGE = 1104,
    /* compression: bytes follow the compressed data */
    TEGATA_COMPRESSION_TRAILING_BYTES = 1105,
    /* cose: the signed structure ends too early */
    TEGATA_COSE_TRUNCATED = 1150,
    /* cose: the signed structure is not well-formed CBOR */
    TEGATA_COSE_MALFORMED = 1151,
    /* cose: the signed structure is nested too deeply */
    TEGATA_COSE_TOO_DEEP = 1152,
    /* cose: the signed structure holds too many items */
    TEGATA_COSE_TOO_LARGE = 1153,
    /* cose: a map of the signed structure holds a key twice */
    TEGATA_COSE_DUPLICATE_KEY = 1154,
    /* cose: bytes follow the signed structure */
    TEGATA_COSE_TRAILING_BYTES = 1155,
    /* cose: a text of the signed structure is not UTF-8 */
    TEGATA_COSE_NOT_UTF8 = 1156,
    /* cose: the data is not a COSE_Sign1 structure */
    TEGATA_COSE_WRONG_STRUCTURE = 1157,
    /* cose: the signed structure demands a header this verifier does not understand */
    TEGATA_COSE_CRITICAL_HEADER = 1158,
    /* claims: the claims end too early */
    TEGATA_CLAIMS_TRUNCATED = 1200,
    /* claims: the claims are not well-formed CBOR */
    TEGATA_CLAIMS_MALFORMED = 1201,
    /* claims: the claims are nested too deeply */
    TEGATA_CLAIMS_TOO_DEEP = 1202,
    /* claims: the claims hold too many items */
    TEGATA_CLAIMS_TOO_LARGE = 1203,
    /* claims: a map of the claims holds a key twice */
    TEGATA_CLAIMS_DUPLICATE_KEY = 1204,
    /* claims: bytes follow the claims */
    TEGATA_CLAIMS_TRAILING_BYTES = 1205,
    /* claims: a text of the claims is not UTF-8 */
    TEGATA_CLAIMS_NOT_UTF8 = 1206,
    /* claims: a claim is of the wrong type */
    TEGATA_CLAIMS_WRONG_TYPE = 1207,
    /* claims: a date claim is not a number or out of range */
    TEGATA_CLAIMS_INVALID_DATE = 1208,
    /* claims: the claims hold no health certificate */
    TEGATA_CLAIMS_NO_HEALTH_CERTIFICATE = 1209,
    /* signer: the certificate does not say which key signed it */
    TEGATA_MISSING_KEY_ID = 1250,
    /* signer: no trusted signer has this key id */
    TEGATA_UNKNOWN_SIGNER = 1251,
    /* signer: the issuer named in the certificate is not the signer's country */
    TEGATA_ISSUER_MISMATCH = 1252,
    /* signer: the signer's certificate was not issued by a trusted authority */
    TEGATA_UNTRUSTED_SIGNER = 1253,
    /* signer: the authority of the signer's certificate has expired */
    TEGATA_AUTHORITY_EXPIRED = 1254,
    /* signer: the authority of the signer's certificate is not valid yet */
    TEGATA_AUTHORITY_NOT_YET_VALID = 1255,
    /* signer: the signer's certificate reaches beyond its authority's validity */
    TEGATA_SIGNER_OUTSIDE_AUTHORITY = 1256,
    /* signer: the signer's certificate is of another country than its authority */
    TEGATA_AUTHORITY_COUNTRY_MISMATCH = 1257,
    /* signer: there are more certificates between the signer and its authority than are allowed */
    TEGATA_PATH_TOO_LONG = 1258,
    /* signer: a certificate above the signer's may not issue certificates */
    TEGATA_AUTHORITY_USAGE = 1259,
    /* signer: the signer's certificate is not for signing documents */
    TEGATA_SIGNER_USAGE = 1260,
    /* signer: the signer's certificate names an authority that did not sign it */
    TEGATA_PATH_SIGNATURE_INVALID = 1261,
    /* signer: the signer's certificate is signed with an algorithm that is not allowed */
    TEGATA_PATH_ALGORITHM_UNSUPPORTED = 1262,
    /* signer: the signer's certificate was issued by another key of the authority it names */
    TEGATA_PATH_KEY_ID_MISMATCH = 1263,
    /* signer: a certificate between the signer and its authority demands what this verifier does not understand */
    TEGATA_PATH_CRITICAL_EXTENSION = 1264,
    /* signature: the certificate names no signature algorithm */
    TEGATA_MISSING_ALGORITHM = 1300,
    /* signature: the certificate names a signature algorithm that is not allowed */
    TEGATA_UNSUPPORTED_ALGORITHM = 1301,
    /* signature: the algorithm named is not the one of the signer's key */
    TEGATA_ALGORITHM_MISMATCH = 1302,
    /* signature: the signer's key is too short to be relied on */
    TEGATA_WEAK_KEY = 1303,
    /* signature: the signature has a length its algorithm does not have */
    TEGATA_SIGNATURE_MALFORMED = 1304,
    /* signature: the signature does not match: the content was changed or never signed by this signer */
    TEGATA_SIGNATURE_INVALID = 1305,
    /* signature: the signer's key in the trust data is no valid key */
    TEGATA_SIGNER_KEY_INVALID = 1306,
    /* schema: a required field is missing */
    TEGATA_SCHEMA_MISSING_FIELD = 1350,
    /* schema: a field is of the wrong type */
    TEGATA_SCHEMA_WRONG_TYPE = 1351,
    /* schema: a field holds a value that its specification does not allow */
    TEGATA_SCHEMA_INVALID_VALUE = 1352,
    /* schema: the certificate does not hold exactly one entry */
    TEGATA_SCHEMA_ENTRY_COUNT = 1353,
    /* validity: the certificate has expired */
    TEGATA_EXPIRED = 1400,
    /* validity: the certificate is not valid yet */
    TEGATA_NOT_YET_VALID = 1401,
    /* validity: the certificate is valid for longer than its signer */
    TEGATA_OUTLIVES_SIGNER = 1402,
    /* validity: the certificate was issued before its signer became valid */
    TEGATA_PREDATES_SIGNER = 1403,
    /* key_usage: the signer may not sign certificates of this kind */
    TEGATA_KEY_USAGE_MISMATCH = 1450,
    /* mrz: the text has not as many characters as a passport or an identity card */
    TEGATA_MRZ_WRONG_LENGTH = 1750,
    /* mrz: the machine-readable lines hold a character that cannot stand there */
    TEGATA_MRZ_INVALID_CHARACTER = 1751,
    /* mrz: the document is neither a passport nor an identity card */
    TEGATA_MRZ_UNSUPPORTED_DOCUMENT = 1752,
    /* mrz: a check digit of the machine-readable lines does not match */
    TEGATA_MRZ_CHECK_DIGIT = 1753,
    /* mrz: a field of the machine-readable lines holds what is not allowed there */
    TEGATA_MRZ_INVALID_VALUE = 1754,
    /* mrz: a date of the machine-readable lines does not exist */
    TEGATA_MRZ_INVALID_DATE = 1755,
    /* revocation: the issuer revoked the certificate */
    TEGATA_REVOKED = 1470,
    /* revocation: every certificate of this signer was revoked */
    TEGATA_SIGNER_REVOKED = 1471,
    /* files: a file that verification needs was not read from the card */
    TEGATA_CARD_FILE_MISSING = 1500,
    /* files: a card file is larger than any card holds */
    TEGATA_CARD_FILE_TOO_LARGE = 1501,
    /* files: a card file ends within an object */
    TEGATA_CARD_FILE_TRUNCATED = 1502,
    /* files: a card file has a tag or length of a form that cards do not have */
    TEGATA_CARD_FILE_ENCODING = 1503,
    /* files: another object stands in a card file than belongs there */
    TEGATA_CARD_FILE_UNEXPECTED_OBJECT = 1504,
    /* files: an object stands twice in a card file */
    TEGATA_CARD_FILE_DUPLICATE_OBJECT = 1505,
    /* files: bytes other than filler follow the content of a card file */
    TEGATA_CARD_FILE_TRAILING_BYTES = 1506,
    /* files: a text in a card file is not UTF-8 */
    TEGATA_CARD_FILE_NOT_UTF8 = 1507,
    /* files: a date in a card file is no day of the calendar */
    TEGATA_CARD_FILE_INVALID_DATE = 1508,
    /* files: a field of a card file has a value that is not allowed */
    TEGATA_CARD_FILE_INVALID_VALUE = 1509,
    /* files: the offset table of a card file does not say where the fields stand */
    TEGATA_CARD_FILE_OFFSET_TABLE = 1510,
    /* authority: the authority that certified the card's signer is not known or not trusted here */
    TEGATA_UNKNOWN_AUTHORITY = 1520,
    /* authority: the card is a test card */
    TEGATA_TEST_HIERARCHY = 1521,
    /* authority: the certificate is one for another application of the card */
    TEGATA_WRONG_APPLICATION = 1522,
    /* certificate: the certificate of the card's signer was not signed by the authority it names */
    TEGATA_CARD_CERTIFICATE_INVALID = 1530,
    /* certificate: the certificates on the card do not make up a chain that is allowed */
    TEGATA_CARD_CERTIFICATE_CHAIN = 1531,
    /* certificate: a certificate on the card holds no valid key */
    TEGATA_CARD_CERTIFICATE_KEY = 1532,
    /* record_signature: the signature on the card data does not match: the data was changed or is not this signer's */
    TEGATA_RECORD_SIGNATURE_INVALID = 1540,
    /* attributes_digest: name, address, date of birth or sex are not those that were signed */
    TEGATA_ATTRIBUTES_DIGEST_MISMATCH = 1550,
    /* number_digest: the individual number is not the one that was signed */
    TEGATA_NUMBER_DIGEST_MISMATCH = 1560,
    /* number_check_digit: the individual number has a wrong check digit */
    TEGATA_NUMBER_CHECK_DIGIT_WRONG = 1570,
    /* card_key: the card's own key was not signed by the card's signer */
    TEGATA_CARD_KEY_SIGNATURE_INVALID = 1580,
    /* card_key: the card's own key is no valid key */
    TEGATA_CARD_KEY_UNUSABLE = 1581,
    /* card_key: the records of the card's face are not of one card */
    TEGATA_CARD_RECORDS_DIFFER = 1582,
    /* presence: the response to the challenge was not made by this card's key */
    TEGATA_PRESENCE_RESPONSE_INVALID = 1590,
    /* presence: a response was given but no card key to check it with */
    TEGATA_PRESENCE_NO_CARD_KEY = 1591,
    /* presence: text and surface application are not of one person or not of one signer */
    TEGATA_CARD_APPLICATIONS_DIFFER = 1592,
    /* reader: the card was removed or stopped answering */
    TEGATA_CARD_REMOVED = 1700,
    /* reader: the card does not have the application: it is another kind of card */
    TEGATA_APPLICATION_NOT_FOUND = 1701,
    /* reader: the card does not have a file or key that every such card has */
    TEGATA_CARD_FILE_NOT_FOUND = 1702,
    /* reader: the PIN or code is wrong */
    TEGATA_PIN_WRONG = 1703,
    /* reader: the PIN or code is blocked */
    TEGATA_PIN_BLOCKED = 1704,
    /* reader: only one try is left, and it was not sent */
    TEGATA_PIN_LAST_TRY = 1705,
    /* reader: the PIN or code that was presented does not open the file */
    TEGATA_CARD_FILE_NOT_OPENED = 1706,
    /* reader: the card answered with a status that it should not give here */
    TEGATA_CARD_ANSWER_UNEXPECTED = 1707,
    /* reader: the card's answer has a wrong length */
    TEGATA_CARD_ANSWER_MALFORMED = 1708,
    /* reader: reading the card did not come to an end */
    TEGATA_CARD_TOO_MANY_COMMANDS = 1709,
    /* schema: the content is of a kind this verifier does not know */
    TEGATA_UNKNOWN_PROFILE = 1900,
    /* signer: the trust data is older than it may be relied on */
    TEGATA_TRUST_TOO_OLD = 1910,
    /* signer: the clock shows a time before the trust data was issued */
    TEGATA_CLOCK_BEFORE_TRUST = 1911,
    /* revocation: a revocation filter says that the certificate was probably revoked */
    TEGATA_PROBABLY_REVOKED = 1930,
    /* revocation: the revocation data is too old to say that the certificate was not revoked */
    TEGATA_REVOCATION_OUTDATED = 1931,
    /* schema: the vaccine is none of the products this verifier's catalogue holds */
    TEGATA_PRODUCT_NOT_IN_CATALOGUE = 1940,
    /* schema: the code is a link to a certificate that is kept elsewhere, and links are not followed */
    TEGATA_HEALTH_LINK = 1941,
    /* trust: the file is none of the known forms of trust data */
    TEGATA_TRUST_UNREADABLE = 2050,
    /* trust: a certificate cannot be read */
    TEGATA_CERTIFICATE_MALFORMED = 2051,
    /* trust: a certificate's key is of a kind that is not supported */
    TEGATA_CERTIFICATE_KEY_UNSUPPORTED = 2052,
    /* trust: there are more signers than a trust set may hold */
    TEGATA_TRUST_TOO_LARGE = 2053,
    /* trust: the file of card authorities is not of the documented form */
    TEGATA_AUTHORITY_FILE_MALFORMED = 2090,
    /* trust: the file of card authorities has a key id that is already known */
    TEGATA_AUTHORITY_REDEFINED = 2091,
    /* trust: the file of card authorities names the production hierarchy, which is built in alone */
    TEGATA_AUTHORITY_NAMES_PRODUCTION = 2092,
    /* trust: a card authority's key is not supported or no valid key */
    TEGATA_AUTHORITY_KEY_UNSUPPORTED = 2093,
    /* trust: the trust list is not built as its format demands */
    TEGATA_LIST_MALFORMED = 2060,
    /* trust: the trust list is larger than is supported */
    TEGATA_LIST_TOO_LARGE = 2061,
    /* trust: an entry of the trust list cannot be read */
    TEGATA_LIST_ENTRY_MALFORMED = 2062,
    /* trust: the key of an entry is not the key of its certificate */
    TEGATA_LIST_KEY_MISMATCH = 2063,
    /* trust: the hash of an entry is not the hash of its certificate */
    TEGATA_LIST_HASH_MISMATCH = 2064,
    /* trust: an entry of the trust list is for another use than signing documents or issuing certificates */
    TEGATA_LIST_OTHER_USAGE = 2065,
    /* trust: the trust list has no signature */
    TEGATA_LIST_SIGNATURE_MISSING = 2080,
    /* trust: the signature of the trust list does not match: the list was changed or never signed by this signer */
    TEGATA_LIST_SIGNATURE_INVALID = 2081,
    /* trust: the signature of the trust list cannot be read */
    TEGATA_LIST_SIGNATURE_MALFORMED = 2082,
    /* trust: the trust list holds members that its signature might not cover */
    TEGATA_LIST_SHAPE_UNSUPPORTED = 2083,
    /* trust: the signatures of this format are on its entries and are not checked */
    TEGATA_LIST_SIGNATURE_NOT_CHECKED = 2084,
    /* trust: the trust bundle cannot be read */
    TEGATA_BUNDLE_MALFORMED = 2070,
    /* trust: the trust bundle is of a version this software does not know */
    TEGATA_BUNDLE_VERSION = 2071,
    /* trust: no trust anchor signed the trust bundle */
    TEGATA_BUNDLE_SIGNATURE = 2072,
    /* trust: the trust bundle is older than the one in use */
    TEGATA_BUNDLE_OLDER = 2073,
    /* trust: the trust bundle's validity has ended */
    TEGATA_BUNDLE_EXPIRED = 2074,
    /* trust: the trust bundle is larger than is allowed */
    TEGATA_BUNDLE_TOO_LARGE = 2075,
    /* trust: the revocation data cannot be read */
    TEGATA_REVOCATION_UNREADABLE = 2076,
    /* trust: there is more revocation data than is allowed */
    TEGATA_REVOCATION_TOO_LARGE = 2077,
    /* trust: a trust bundle holds exact revocation lists only, not filters */
    TEGATA_REVOCATION_NOT_EXACT = 2078,
    /* key: the signing key cannot be read */
    TEGATA_KEY_MALFORMED = 2100,
    /* key: the signing key is encrypted and no passphrase was given */
    TEGATA_KEY_PASSPHRASE_REQUIRED = 2101,
    /* key: the passphrase does not open the signing key */
    TEGATA_KEY_PASSPHRASE_WRONG = 2102,
    /* key: the signing key is of a kind that may not issue */
    TEGATA_KEY_UNSUPPORTED = 2103,
    /* key: the name a certificate is asked for is not allowed */
    TEGATA_REQUEST_INVALID = 2105,
    /* key: the signing key does not belong to the certificate */
    TEGATA_KEY_CERTIFICATE_MISMATCH = 2104,
    /* key: the pkcs11: URI of the signing key is not well-formed or says something that is not supported */
    TEGATA_TOKEN_URI_INVALID = 2110,
    /* key: the token's PKCS#11 module cannot be loaded or started */
    TEGATA_TOKEN_MODULE_UNAVAILABLE = 2111,
    /* key: no token is the one the URI names */
    TEGATA_TOKEN_NOT_FOUND = 2112,
    /* key: more than one token is the one the URI names */
    TEGATA_TOKEN_AMBIGUOUS = 2113,
    /* key: the token wants a PIN and none was given */
    TEGATA_TOKEN_PIN_REQUIRED = 2114,
    /* key: the token's PIN is wrong */
    TEGATA_TOKEN_PIN_WRONG = 2115,
    /* key: the token is locked, or its PIN was never set */
    TEGATA_TOKEN_PIN_LOCKED = 2116,
    /* key: the next wrong PIN would lock the token, so none was tried */
    TEGATA_TOKEN_PIN_LAST_TRY = 2117,
    /* key: the token has no private key the URI names */
    TEGATA_TOKEN_KEY_NOT_FOUND = 2118,
    /* key: the token has more than one private key the URI names */
    TEGATA_TOKEN_KEY_AMBIGUOUS = 2119,
    /* key: the token has a key of this name or identifier already */
    TEGATA_TOKEN_KEY_EXISTS = 2120,
    /* key: the token failed or refused */
    TEGATA_TOKEN_UNAVAILABLE = 2121,
    /* key: the certificate of the authority may not issue signers */
    TEGATA_AUTHORITY_UNSUITABLE = 2130,
    /* key: the signer's certificate would not lie within the validity of its authority's */
    TEGATA_AUTHORITY_ENDS_FIRST = 2131,
    /* key: the certificate request cannot be read */
    TEGATA_CERTIFICATE_REQUEST_MALFORMED = 2132,
    /* key: the certificate request is not signed by the key it is for */
    TEGATA_CERTIFICATE_REQUEST_SIGNATURE = 2133,
    /* record: the record is not well-formed JSON */
    TEGATA_RECORD_MALFORMED = 2150,
    /* record: a required field of the record is missing */
    TEGATA_RECORD_MISSING_FIELD = 2151,
    /* record: the record holds a field that is not known */
    TEGATA_RECORD_UNKNOWN_FIELD = 2152,
    /* record: a field of the record holds a value that is not allowed */
    TEGATA_RECORD_INVALID_VALUE = 2153,
    /* record: a field of the record holds what looks like an individual number */
    TEGATA_RECORD_INDIVIDUAL_NUMBER = 2154,
    /* record: the record is larger than is allowed */
    TEGATA_RECORD_TOO_LARGE = 2155,
    /* profile: the profile needs a field that the record does not have */
    TEGATA_PROFILE_MISSING_FIELD = 2200,
    /* profile: a field of the record cannot be expressed in the profile */
    TEGATA_PROFILE_INVALID_VALUE = 2201,
    /* profile: the vaccine catalogue has no code for this product */
    TEGATA_UNKNOWN_PRODUCT = 2202,
    /* issue: the certificate would end before it begins */
    TEGATA_INVALID_PERIOD = 2250,
    /* issue: the signer's certificate would end before the certificate does */
    TEGATA_SIGNER_ENDS_FIRST = 2251,
    /* issue: the signer's certificate is not valid yet */
    TEGATA_SIGNER_NOT_YET_VALID = 2252,
    /* issue: the signer's certificate does not allow this kind of content */
    TEGATA_SIGNER_KEY_USAGE = 2253,
    /* issue: the issuer named is not the country of the signer's certificate, and every verifier would refuse the certificate */
    TEGATA_ISSUER_NOT_SIGNER_COUNTRY = 2256,
    /* issue: the key or its device did not sign */
    TEGATA_SIGNING_FAILED = 2254,
    /* issue: the certificate does not fit into a QR code */
    TEGATA_CERTIFICATE_TOO_LARGE = 2255,
    /* application: the application is longer than is allowed */
    TEGATA_APPLICATION_TOO_LARGE = 2300,
    /* application: the application is not well-formed */
    TEGATA_APPLICATION_MALFORMED = 2301,
    /* application: the application is of a version that is not known here */
    TEGATA_APPLICATION_VERSION_UNSUPPORTED = 2302,
    /* application: a required field of the application is missing */
    TEGATA_APPLICATION_MISSING_FIELD = 2303,
    /* application: the application holds a field that is not known */
    TEGATA_APPLICATION_UNKNOWN_FIELD = 2304,
    /* application: a field of the application is of another type */
    TEGATA_APPLICATION_WRONG_TYPE = 2305,
    /* application: a field of the application holds a value that is not allowed */
    TEGATA_APPLICATION_INVALID_VALUE = 2306,
    /* application: a field may not stand in an application of this channel and kind */
    TEGATA_APPLICATION_FIELD_NOT_ALLOWED = 2307,
    /* import: the file is neither UTF-8 nor CP932 throughout */
    TEGATA_IMPORT_ENCODING = 2400,
    /* import: the first row lacks a column, names one twice or names an unknown one */
    TEGATA_IMPORT_HEADER = 2401,
    /* import: a row has another number of fields than the first one, or is too long */
    TEGATA_IMPORT_ROW_MALFORMED = 2402,
    /* import: a value of a row is missing */
    TEGATA_IMPORT_MISSING_VALUE = 2403,
    /* import: a value of a row is not of the form its column has */
    TEGATA_IMPORT_INVALID_VALUE = 2404,
    /* import: a row belongs to another municipality */
    TEGATA_IMPORT_OTHER_MUNICIPALITY = 2405,
    /* import: a row contradicts another of the same person, or gives a number that belongs to another person */
    TEGATA_IMPORT_CONTRADICTION = 2406,
    /* settings: the municipality's settings are not well-formed */
    TEGATA_SETTINGS_MALFORMED = 2410,
    /* settings: a value of the municipality's settings is not allowed */
    TEGATA_SETTINGS_INVALID_VALUE = 2411,
    /* issuing: the application is addressed to another municipality */
    TEGATA_WRONG_MUNICIPALITY = 2420,
    /* issuing: the municipality does not take part in this way of applying */
    TEGATA_CHANNEL_NOT_OFFERED = 2421,
    /* issuing: this way of applying is closed at present */
    TEGATA_CHANNEL_CLOSED = 2422,
    /* issuing: consent was given to terms that are not in force */
    TEGATA_TERMS_NOT_CURRENT = 2423,
    /* issuing: consent was not given shortly before the application */
    TEGATA_CONSENT_NOT_IN_TIME = 2424,
    /* issuing: the card answered a challenge that was not handed out for this application, or too late */
    TEGATA_CHALLENGE_NOT_VALID = 2425,
    /* issuing: the municipality does not issue certificates of this kind or profile */
    TEGATA_KIND_NOT_OFFERED = 2426,
    /* issuing: no record matches the applicant's identity */
    TEGATA_NO_MATCH = 2430,
    /* issuing: this application can only be dealt with at the counter */
    TEGATA_REFER_TO_COUNTER = 2431,
    /* issuing: a certificate for overseas use is issued at a kiosk only after one was issued by the app or at the counter */
    TEGATA_NO_EARLIER_ISSUE = 2432,
    /* issuing: the passport's date of birth or sex is not that of the card */
    TEGATA_PASSPORT_NOT_THE_HOLDERS = 2433,
    /* issuing: the passport has expired */
    TEGATA_PASSPORT_EXPIRED = 2434,
    /* issuing: a certificate for overseas use needs passport data */
    TEGATA_PASSPORT_MISSING = 2435,
    /* issuing: the record holds no dose that can be certified */
    TEGATA_NOTHING_TO_CERTIFY = 2436,
    /* issuing: the person is recorded as deceased */
    TEGATA_SUBJECT_DECEASED = 2437,
    /* issuing: the documents checked do not prove the identity, or not the right to act for the person */
    TEGATA_ATTESTATION_INCOMPLETE = 2440,
    /* issuing: whoever entered an application cannot approve it */
    TEGATA_SAME_PERSON = 2441,
    /* issuing: there is no such application waiting */
    TEGATA_APPLICATION_UNKNOWN = 2442,
    /* issuing: the record and the identity differ in a way that the approver must confirm */
    TEGATA_DOUBT_NOT_SETTLED = 2443,
    /* issuing: no certificate of this ID was issued here */
    TEGATA_CERTIFICATE_UNKNOWN = 2445,
    /* issuing: the certificate is revoked already */
    TEGATA_ALREADY_REVOKED = 2446,
    /* issuing: there is a warning about the person that the approver must acknowledge */
    TEGATA_WARNING_NOT_ACKNOWLEDGED = 2447,
    /* issuing: the key of the request was used for another request */
    TEGATA_REQUEST_REUSED = 2620,
    /* ledger: the database of the ledger cannot be opened or reached */
    TEGATA_LEDGER_UNAVAILABLE = 2500,
    /* ledger: the ledger was in use by others for too long */
    TEGATA_LEDGER_BUSY = 2501,
    /* ledger: the ledger was written by a newer version of this software */
    TEGATA_LEDGER_VERSION_UNSUPPORTED = 2502,
    /* ledger: the ledger holds what was never written there */
    TEGATA_LEDGER_CORRUPT = 2503,
    /* ledger: the ledger has an entry of this identifier already */
    TEGATA_LEDGER_DUPLICATE = 2504,
    /* ledger: the database role could pass over the separation of municipalities */
    TEGATA_LEDGER_NOT_SEPARATED = 2505,
    /* ledger: the ledger of the municipality has no such entry */
    TEGATA_LEDGER_NOT_FOUND = 2506,
    /* ledger: a field holds a value that the ledger does not take */
    TEGATA_LEDGER_INVALID_VALUE = 2507,
    /* master_key: the file of the master key cannot be read or written */
    TEGATA_MASTER_KEY_UNAVAILABLE = 2510,
    /* master_key: the file holds no master key */
    TEGATA_MASTER_KEY_MALFORMED = 2511,
    /* master_key: others than its owner may read the file of the master key */
    TEGATA_MASTER_KEY_EXPOSED = 2512,
    /* master_key: a device sealed the file of the master key, and none was given to open it */
    TEGATA_MASTER_KEY_SEALED = 2514,
    /* master_key: sealed data does not open: it was changed, or another master key sealed it */
    TEGATA_SEAL_BROKEN = 2513,
    /* audit: an entry of the audit log was changed after it was written */
    TEGATA_AUDIT_ENTRY_CHANGED = 2520,
    /* audit: an entry of the audit log was removed, or entries change places */
    TEGATA_AUDIT_ENTRY_MISSING = 2521,
    /* audit: the audit log ends before a head that was signed */
    TEGATA_AUDIT_CUT_OFF = 2522,
    /* audit: the audit log is not the one whose head was signed */
    TEGATA_AUDIT_HEAD_MISMATCH = 2523,
    /* audit: the file is no signed head of an audit log */
    TEGATA_AUDIT_HEAD_MALFORMED = 2524,
    /* audit: the head of the audit log was not signed by the key that is named */
    TEGATA_AUDIT_HEAD_SIGNATURE = 2525,
    /* backup: the file is no backup of a ledger, or not the whole of one */
    TEGATA_BACKUP_MALFORMED = 2530,
    /* backup: the backup was changed, or another master key belongs to it */
    TEGATA_BACKUP_CHANGED = 2531,
    /* backup: the municipality has a ledger already */
    TEGATA_BACKUP_TARGET_NOT_EMPTY = 2532,
    /* backup: the journal of erasures and revocations cannot be read or written */
    TEGATA_JOURNAL_UNAVAILABLE = 2533,
    /* backup: the journal of erasures and revocations was changed, or lacks lines */
    TEGATA_JOURNAL_CHANGED = 2534,
    /* staff: there is no such account of staff, or it was revoked */
    TEGATA_ACCOUNT_NOT_ACTIVE = 2660,
    /* staff: the account has no role that may do this */
    TEGATA_ROLE_MISSING = 2661,
    /* staff: the account or the password is not right */
    TEGATA_LOGIN_REFUSED = 2662,
    /* staff: too many logins failed; the account waits */
    TEGATA_LOGIN_DELAYED = 2663,
    /* staff: there is no such session of staff, or it has ended */
    TEGATA_SESSION_ENDED = 2664,
    /* staff: the password is too short, too long, too simple, or the one before */
    TEGATA_PASSWORD_NOT_ALLOWED = 2665,
    /* staff: the password is one that another person chose, and is to be changed first */
    TEGATA_PASSWORD_TO_CHANGE = 2666,
    /* staff: nobody changes the rights of their own account */
    TEGATA_OWN_RIGHTS = 2667,
    /* service: the settings of the service are not well-formed */
    TEGATA_SERVICE_SETTINGS_MALFORMED = 2600,
    /* service: a value of the settings of the service is not allowed */
    TEGATA_SERVICE_SETTINGS_INVALID_VALUE = 2601,
    /* service: the certificate or key of the service cannot be used */
    TEGATA_SERVICE_CREDENTIALS = 2602,
    /* service: nothing is served under this path */
    TEGATA_ROUTE_UNKNOWN = 2603,
    /* service: the path is not served by this method */
    TEGATA_METHOD_NOT_ALLOWED = 2604,
    /* service: the request is not of the documented form */
    TEGATA_BODY_MALFORMED = 2605,
    /* service: the request is larger than is allowed */
    TEGATA_BODY_TOO_LARGE = 2606,
    /* service: the request is not of the media type that is taken */
    TEGATA_MEDIA_TYPE_UNSUPPORTED = 2607,
    /* service: there were too many requests in a short time */
    TEGATA_TOO_MANY_REQUESTS = 2608,
    /* service: the service has too much to do at present */
    TEGATA_OVERLOADED = 2609,
    /* service: the request was not dealt with in time */
    TEGATA_TOOK_TOO_LONG = 2610,
    /* service: the request does not prove to come from a client that is registered */
    TEGATA_CLIENT_UNKNOWN = 2611,
    /* service: whoever sent the request may not do this */
    TEGATA_ACCESS_DENIED = 2612,
    /* service: this service does not work for the municipality */
    TEGATA_MUNICIPALITY_NOT_SERVED = 2613,
    /* service: the request has no key by which it could be sent again, or one of another form */
    TEGATA_REQUEST_KEY_INVALID = 2621,
    /* service: the client's token is not of the documented form */
    TEGATA_TOKEN_MALFORMED = 2622,
    /* service: the client's registered key did not sign the token */
    TEGATA_TOKEN_SIGNATURE = 2623,
    /* service: the client's token does not hold at this time */
    TEGATA_TOKEN_NOT_IN_TIME = 2624,
    /* service: the client's token was made for another request */
    TEGATA_TOKEN_OTHER_REQUEST = 2625,
    /* service: the client's token was used before */
    TEGATA_TOKEN_USED = 2626,
    /* service: the platform does not attest that the registered app sent the request */
    TEGATA_ATTESTATION_REFUSED = 2627,
    /* service: the sealed message is not of the documented form */
    TEGATA_SEALED_MALFORMED = 2630,
    /* service: the sealed message was changed, or sealed for another recipient */
    TEGATA_SEALED_NOT_OPENED = 2631,
    /* service: the answer was not signed by the municipality's key, or is for another request */
    TEGATA_SEALED_ANSWER_INVALID = 2632,
    /* service: the municipality's issuing service cannot be reached */
    TEGATA_RELAY_UNAVAILABLE = 2633,
    /* misuse: the interface was used against its documentation */
    TEGATA_API_MISUSE = 3000,
    /* misuse: the buffer is shorter than what is to be written there */
    TEGATA_BUFFER_TOO_SMALL = 3001,
    /* misuse: a pointer that must not be NULL is NULL */
    TEGATA_NULL_ARGUMENT = 3002,
    /* misuse: an argument has a value it must not have */
    TEGATA_INVALID_ARGUMENT = 3003,
    /* misuse: what was asked for does not exist here */
    TEGATA_NOT_AVAILABLE = 3004,
    /* misuse: the call does not belong here in the order of calls */
    TEGATA_WRONG_ORDER = 3005,
    /* internal: a fault of this library */
    TEGATA_INTERNAL_ERROR = 9000,
    /* internal: a fault of this library, stopped at its border */
    TEGATA_INTERNAL_PANIC = 9001
} tegata_code;

/* The stages, as tegata_code_stage and the reports name them. */
#define TEGATA_STAGE_PREFIX "prefix"
#define TEGATA_STAGE_BASE45 "base45"
#define TEGATA_STAGE_COMPRESSION "compression"
#define TEGATA_STAGE_COSE "cose"
#define TEGATA_STAGE_CLAIMS "claims"
#define TEGATA_STAGE_SIGNER "signer"
#define TEGATA_STAGE_SIGNATURE "signature"
#define TEGATA_STAGE_SCHEMA "schema"
#define TEGATA_STAGE_VALIDITY "validity"
#define TEGATA_STAGE_KEY_USAGE "key_usage"
#define TEGATA_STAGE_REVOCATION "revocation"
#define TEGATA_STAGE_FILES "files"
#define TEGATA_STAGE_AUTHORITY "authority"
#define TEGATA_STAGE_CERTIFICATE "certificate"
#define TEGATA_STAGE_RECORD_SIGNATURE "record_signature"
#define TEGATA_STAGE_ATTRIBUTES_DIGEST "attributes_digest"
#define TEGATA_STAGE_NUMBER_DIGEST "number_digest"
#define TEGATA_STAGE_NUMBER_CHECK_DIGIT "number_check_digit"
#define TEGATA_STAGE_CARD_KEY "card_key"
#define TEGATA_STAGE_PRESENCE "presence"
#define TEGATA_STAGE_READER "reader"
#define TEGATA_STAGE_MRZ "mrz"
#define TEGATA_STAGE_TRUST "trust"
#define TEGATA_STAGE_KEY "key"
#define TEGATA_STAGE_RECORD "record"
#define TEGATA_STAGE_PROFILE "profile"
#define TEGATA_STAGE_ISSUE "issue"
#define TEGATA_STAGE_APPLICATION "application"
#define TEGATA_STAGE_IMPORT "import"
#define TEGATA_STAGE_SETTINGS "settings"
#define TEGATA_STAGE_ISSUING "issuing"
#define TEGATA_STAGE_LEDGER "ledger"
#define TEGATA_STAGE_MASTER_KEY "master_key"
#define TEGATA_STAGE_AUDIT "audit"
#define TEGATA_STAGE_BACKUP "backup"
#define TEGATA_STAGE_STAFF "staff"
#define TEGATA_STAGE_SERVICE "service"
#define TEGATA_STAGE_MISUSE "misuse"
#define TEGATA_STAGE_INTERNAL "internal"


/**
 * No margin: only for a layout that leaves it white itself.
 */
#define TEGATA_QR_NO_MARGIN 4294967295

/**
 * Error correction level L, for the longest texts.
 */
#define TEGATA_QR_LOW 1

/**
 * Error correction level M.
 */
#define TEGATA_QR_MEDIUM 2

/**
 * Error correction level Q, which the specification of health certificates recommends.
 */
#define TEGATA_QR_QUARTILE 3

/**
 * Error correction level H.
 */
#define TEGATA_QR_HIGH 4

/**
 * Read the individual number too.
 */
#define TEGATA_CARD_NUMBER 1

/**
 * Read the card's face too, with code B or, without it, code A.
 */
#define TEGATA_CARD_SURFACE 2

/**
 * Present the PIN or code even when one try is left: to be asked of the holder before.
 */
#define TEGATA_CARD_LAST_TRY 4

/**
 * From a kiosk (キオスク端末).
 */
#define TEGATA_CHANNEL_KIOSK 0

/**
 * From the dedicated app (電子交付アプリ).
 */
#define TEGATA_CHANNEL_APP 1

/**
 * For domestic use (国内用).
 */
#define TEGATA_KIND_DOMESTIC 0

/**
 * For overseas use (海外用).
 */
#define TEGATA_KIND_OVERSEAS 1

/**
 * The certificate with everything the record holds.
 */
#define TEGATA_PROFILE_JP 1

/**
 * The EU digital COVID certificate.
 */
#define TEGATA_PROFILE_DCC 2

/**
 * The WHO's digital vaccination certificate.
 */
#define TEGATA_PROFILE_DVC 4

/**
 * The version of this interface: it changes when a program has to be compiled anew. Compare it with
 * tegata_abi_version() when the program starts.
 */
#define TEGATA_ABI_VERSION 1

/**
 * For texts in English.
 */
#define TEGATA_ENGLISH 0

/**
 * For texts in Japanese.
 */
#define TEGATA_JAPANESE 1

/**
 * Take ES256 made with a P-384 key, as a few issuers do.
 */
#define TEGATA_ALLOW_P384_UNDER_ES256 1

/**
 * Take signatures of RSA keys of 1024 to 2047 bits.
 */
#define TEGATA_ALLOW_RSA_1024 2

/**
 * Take a signer's certificate that ends after its authority's.
 */
#define TEGATA_ALLOW_SIGNER_OUTLIVES_AUTHORITY 4

/**
 * The certificate is accepted. Nothing else is.
 */
#define TEGATA_ACCEPTED 0

/**
 * A check failed.
 */
#define TEGATA_REJECTED 1

/**
 * No check failed, but one could not be decided; not accepted.
 */
#define TEGATA_UNDETERMINED 2

/**
 * There was nothing to check, or nothing to check it against.
 */
#define TEGATA_CHECK_SKIPPED 0

/**
 * Passed.
 */
#define TEGATA_CHECK_PASS 1

/**
 * Failed.
 */
#define TEGATA_CHECK_FAIL 2

/**
 * Could not be decided.
 */
#define TEGATA_CHECK_UNDETERMINED 3

/**
 * The issuer claim: a country's two letters, as a rule.
 */
#define TEGATA_CERTIFICATE_ISSUER 0

/**
 * The country of the signer's certificate, two letters.
 */
#define TEGATA_CERTIFICATE_SIGNER_COUNTRY 1

/**
 * The subject of the signer's certificate.
 */
#define TEGATA_CERTIFICATE_SIGNER_SUBJECT 2

/**
 * The key id of the signer, in lower-case hexadecimal.
 */
#define TEGATA_CERTIFICATE_SIGNER_KEY_ID 3

/**
 * The algorithm of the signature, such as ES256.
 */
#define TEGATA_CERTIFICATE_ALGORITHM 4

/**
 * When it was issued.
 */
#define TEGATA_CERTIFICATE_ISSUED_AT 0

/**
 * Before when it is not valid.
 */
#define TEGATA_CERTIFICATE_NOT_BEFORE 1

/**
 * When it expires.
 */
#define TEGATA_CERTIFICATE_EXPIRES_AT 2

/**
 * 券面事項入力補助AP: the individual number and the four basic identity fields.
 */
#define TEGATA_CARD_TEXT_APPLICATION 0

/**
 * 券面事項確認AP: the card's face.
 */
#define TEGATA_CARD_SURFACE_APPLICATION 1

/**
 * Accept test cards too: never in production.
 */
#define TEGATA_ACCEPT_TEST_CARDS 1

/**
 * The name (氏名), family and given name parted by U+3000. Of the text application alone.
 */
#define TEGATA_IDENTITY_NAME 0

/**
 * The address (住所). Of the text application alone.
 */
#define TEGATA_IDENTITY_ADDRESS 1

/**
 * The date of birth (生年月日), YYYY-MM-DD.
 */
#define TEGATA_IDENTITY_BIRTH_DATE 2

/**
 * The sex (性別): male, female, unknown or not-applicable.
 */
#define TEGATA_IDENTITY_SEX 3

/**
 * The code of the municipality whose key signed: six digits.
 */
#define TEGATA_IDENTITY_MUNICIPALITY 4

/**
 * The hierarchy that vouches for it: production, test or other.
 */
#define TEGATA_IDENTITY_HIERARCHY 5

/**
 * The files of one application of a card, not verified. One thread at a time.
 */
typedef struct tegata_card_files tegata_card_files;

/**
 * What the verification of a card found. Immutable; any number of threads may read it at once.
 */
typedef struct tegata_card_report tegata_card_report;

/**
 * A dialogue with a card. One thread at a time.
 */
typedef struct tegata_card_session tegata_card_session;

/**
 * Verifies the files of cards. Immutable; any number of threads may use it at once.
 */
typedef struct tegata_card_verifier tegata_card_verifier;

/**
 * A certificate that was accepted: there is none of any other. Immutable; any number of threads may read it at once.
 */
typedef struct tegata_certificate tegata_certificate;

/**
 * The identity on a card that was accepted: there is none of any other. Immutable; any number of threads may read it
 * at once. The individual number cannot be read from it: it travels in the application message alone.
 */
typedef struct tegata_identity tegata_identity;

/**
 * What a verification found: the verdict and every check. Immutable; any number of threads may read it at once.
 */
typedef struct tegata_report tegata_report;

/**
 * Who is trusted and what is revoked. Immutable; any number of threads may use it at once.
 */
typedef struct tegata_trust tegata_trust;

/**
 * Trust that is being gathered. One thread at a time.
 */
typedef struct tegata_trust_builder tegata_trust_builder;

/**
 * Verifies certificates against a trust set. Immutable; any number of threads may use it at once.
 */
typedef struct tegata_verifier tegata_verifier;

/**
 * How strictly certificates are judged. Set size to sizeof(tegata_policy) and the rest to 0 for the default.
 */
typedef struct {
    /**
     * The size of this structure in bytes.
     */
    size_t size;
    /**
     * By how many seconds this device's clock may differ from the issuer's.
     */
    uint32_t skew_seconds;
    /**
     * 1 to refuse certificates whose dates lie outside their signer's, which real issuers do issue; else 0.
     */
    uint32_t strict;
} tegata_policy;

/**
 * One check.
 */
typedef struct {
    /**
     * The stage's stable name, such as signature: ASCII with a closing NUL, never freed.
     */
    const char *stage;
    /**
     * TEGATA_CHECK_....
     */
    uint32_t result;
    /**
     * Why it did not pass; 0 where it passed or was skipped.
     */
    int32_t code;
} tegata_check;

/**
 * How a QR code is drawn. Set size to sizeof(tegata_qr_options) and the rest to 0 for the default.
 */
typedef struct {
    /**
     * The size of this structure in bytes.
     */
    size_t size;
    /**
     * The side of a module in pixels of 1/300 inch; 0 for the default, 4.
     */
    uint32_t module_pixels;
    /**
     * The white margin in modules; 0 for the standard's 4, TEGATA_QR_NO_MARGIN for none.
     */
    uint32_t quiet_zone;
    /**
     * TEGATA_QR_LOW to TEGATA_QR_HIGH; 0 for the default, which is TEGATA_QR_QUARTILE.
     */
    uint32_t error_correction;
    /**
     * 0.
     */
    uint32_t reserved;
} tegata_qr_options;

/**
 * What is to be read from a card, and with what. Set size to sizeof(tegata_card_request). Digits are ASCII without
 * a closing NUL; NULL with a length of 0 for those that are not there. tegata_card_session_new copies them: wipe
 * them after it.
 */
typedef struct {
    /**
     * The size of this structure in bytes.
     */
    size_t size;
    /**
     * When the holder consented, after the terms were shown: seconds since 1970-01-01T00:00:00Z. Without consent there
     * is no dialogue.
     */
    int64_t consent_seconds;
    /**
     * The PIN (暗証番号): four digits, which open every file of the text application.
     */
    const char *pin;
    /**
     * The length of the PIN.
     */
    size_t pin_length;
    /**
     * Code A (照合番号A): twelve digits.
     */
    const char *code_a;
    /**
     * The length of code A.
     */
    size_t code_a_length;
    /**
     * Code B (照合番号B): fourteen digits.
     */
    const char *code_b;
    /**
     * The length of code B.
     */
    size_t code_b_length;
    /**
     * A challenge of 32 bytes from the issuing side, which the card answers; NULL for none.
     */
    const uint8_t *challenge;
    /**
     * The length of the challenge.
     */
    size_t challenge_length;
    /**
     * Of TEGATA_CARD_NUMBER, TEGATA_CARD_SURFACE and TEGATA_CARD_LAST_TRY, those that are wanted.
     */
    uint32_t flags;
    /**
     * 0.
     */
    uint32_t reserved;
} tegata_card_request;

/**
 * What is asked for, of whom, and how. Set size to sizeof(tegata_application_request).
 */
typedef struct {
    /**
     * The size of this structure in bytes.
     */
    size_t size;
    /**
     * TEGATA_CHANNEL_KIOSK or TEGATA_CHANNEL_APP.
     */
    uint32_t channel;
    /**
     * TEGATA_KIND_DOMESTIC or TEGATA_KIND_OVERSEAS.
     */
    uint32_t kind;
    /**
     * The sum of those of TEGATA_PROFILE_... that are asked for.
     */
    uint32_t profiles;
    /**
     * The code of the municipality it is addressed to: six digits with the check digit.
     */
    const char *municipality;
    /**
     * The length of the code.
     */
    size_t municipality_length;
    /**
     * The name of the version of the terms that were shown: 1 to 64 visible ASCII characters.
     */
    const char *terms;
    /**
     * The length of the name.
     */
    size_t terms_length;
    /**
     * The municipality's challenge of 32 bytes, which the card answered.
     */
    const uint8_t *challenge;
    /**
     * The length of the challenge.
     */
    size_t challenge_length;
    /**
     * The machine-readable lines of the passport, parted by a line feed: for the channel app and overseas use alone.
     */
    const char *travel_document;
    /**
     * The length of those lines; 0 for none.
     */
    size_t travel_document_length;
} tegata_application_request;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the interface that the library at hand has; to be equal to TEGATA_ABI_VERSION.
 */
uint32_t tegata_abi_version(void);

/**
 * The version of the library, such as 0.1.0: ASCII with a closing NUL, never freed.
 */
const char *tegata_version(void);

/**
 * What this thread's last call complained of, in English: stage, meaning, and the name of the argument or field. For
 * logs: it never holds personal data. Decisions are made with the number that the call returned. Empty after a call
 * that returned 0. Functions that return no number, those that free among them, leave it as it is.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_last_error(char *buffer,
                          size_t capacity,
                          size_t *length);

/**
 * Overwrites memory of the program with zeros, in a way that no compiler leaves out: for PINs, answers of a card and
 * texts of certificates in the program's own buffers. Memory of this library is wiped when it is freed.
 *
 * memory points to length bytes, or is NULL.
 */
void tegata_wipe(void *memory,
                 size_t length);

/**
 * The stable name of a number, such as expired: ASCII with a closing NUL, never freed; NULL for a number that is no
 * code.
 */
const char *tegata_code_name(int32_t code);

/**
 * The stable name of the stage a number belongs to, such as validity: ASCII with a closing NUL, never freed; NULL
 * for a number that is no code.
 */
const char *tegata_code_stage(int32_t code);

/**
 * What a number means, in one sentence for a person, in TEGATA_ENGLISH or TEGATA_JAPANESE.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_code_meaning(int32_t code, uint32_t language, char *buffer, size_t capacity, size_t *length);

/**
 * What the person at the desk or kiosk can do about it.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_code_advice(int32_t code, uint32_t language, char *buffer, size_t capacity, size_t *length);

/**
 * Begins to gather trust. tolerances is 0, or the sum of TEGATA_ALLOW_....
 */
int32_t tegata_trust_builder_new(uint32_t tolerances, tegata_trust_builder **builder);

/**
 * Frees a builder, built or not. NULL is allowed.
 */
void tegata_trust_builder_free(tegata_trust_builder *builder);

/**
 * Trusts every signer in a file directly: certificates in PEM or DER, or a trust list of any supported format. Entries
 * that cannot be used are left out and counted in dropped, which may be NULL. A file of which nothing can be used is
 * an error and changes nothing.
 *
 * data points to data_length bytes.
 */
int32_t tegata_trust_builder_add_signers(tegata_trust_builder *builder,
                                         const uint8_t *data,
                                         size_t data_length,
                                         size_t *dropped);

/**
 * Trusts every certificate in a file as an authority: whoever is offered and chains to one may sign.
 *
 * data points to data_length bytes.
 */
int32_t tegata_trust_builder_add_authorities(tegata_trust_builder *builder,
                                             const uint8_t *data,
                                             size_t data_length,
                                             size_t *dropped);

/**
 * Offers the signers in a file, which is not trusted itself: those that chain to an authority may sign.
 *
 * data points to data_length bytes.
 */
int32_t tegata_trust_builder_offer_signers(tegata_trust_builder *builder,
                                           const uint8_t *data,
                                           size_t data_length,
                                           size_t *dropped);

/**
 * Accepts a new trust bundle: signed by one of the certificates in anchors (PEM or DER), not past its date at now
 * (seconds since 1970), and not older than the one of the number *previous, unless that is NULL. sequence, which
 * may be NULL, receives its number: keep it with the bundle, where nobody can put back an older one. It may be the very
 * variable that previous points to; then a bundle that is refused leaves 0 there, as in every output.
 *
 * data and anchors point to as many bytes as their lengths say, previous and sequence to a number unless they
 * are NULL.
 */
int32_t tegata_trust_builder_accept_bundle(tegata_trust_builder *builder,
                                           const uint8_t *data,
                                           size_t data_length,
                                           const uint8_t *anchors,
                                           size_t anchors_length,
                                           const uint64_t *previous,
                                           int64_t now,
                                           uint64_t *sequence);

/**
 * Opens a trust bundle that was accepted before, such as the one a kiosk keeps: signature and number are checked
 * again, its date is not. One past its date makes verdicts undetermined.
 *
 * data and anchors point to as many bytes as their lengths say.
 */
int32_t tegata_trust_builder_open_bundle(tegata_trust_builder *builder,
                                         const uint8_t *data,
                                         size_t data_length,
                                         const uint8_t *anchors,
                                         size_t anchors_length,
                                         uint64_t minimum_sequence,
                                         uint64_t *sequence);

/**
 * Adds a file of revocation data, in any supported format.
 *
 * data points to data_length bytes.
 */
int32_t tegata_trust_builder_add_revocation(tegata_trust_builder *builder, const uint8_t *data, size_t data_length);

/**
 * Makes the set of what was gathered. After that the builder is empty, takes nothing more, and is to be freed.
 */
int32_t tegata_trust_builder_build(tegata_trust_builder *builder, tegata_trust **trust);

/**
 * How many signers are trusted; 0 for NULL. Without any, nothing is accepted.
 */
size_t tegata_trust_signer_count(const tegata_trust *trust);

/**
 * How many signers were offered and have no path to an authority; 0 for NULL.
 */
size_t tegata_trust_refused_count(const tegata_trust *trust);

/**
 * Frees a trust set. Verifiers made with it keep what they need. NULL is allowed.
 */
void tegata_trust_free(tegata_trust *trust);

/**
 * Checks a trust list's own signature or proof with the publisher's key: a certificate, JWKS or DID document. 0 when
 * it matches. Which key is the publisher's, the operator knows: nothing is fetched.
 *
 * list and signer point to as many bytes as their lengths say.
 */
int32_t tegata_trust_list_verify(const uint8_t *list,
                                 size_t list_length,
                                 const uint8_t *signer,
                                 size_t signer_length);

/**
 * Makes a verifier. policy may be NULL for the default. The trust set is the caller's, to keep or to free.
 *
 * policy is NULL or points to as many bytes as its member size says.
 */
int32_t tegata_verifier_new(const tegata_trust *trust, const tegata_policy *policy, tegata_verifier **verifier);

/**
 * Frees a verifier. No thread may be using it. NULL is allowed.
 */
void tegata_verifier_free(tegata_verifier *verifier);

/**
 * Verifies the text of a certificate (HC1:...) at a time, in seconds since 1970-01-01T00:00:00Z.
 *
 * Returns 0 when it is accepted, and only then hands out certificate. report says what was checked whenever there
 * was something to check: accepted, rejected (1000 to 1899) or undetermined (1900 to 1999). Either output may be NULL
 * when it is not wanted; both are freed by the caller.
 *
 * text points to text_length bytes.
 */
int32_t tegata_verify_text(const tegata_verifier *verifier,
                           const char *text,
                           size_t text_length,
                           int64_t now,
                           tegata_certificate **certificate,
                           tegata_report **report);

/**
 * Finds the certificates in a PNG or JPEG image and verifies one of them: the first where index is 0. count
 * receives how many there are and may be NULL, as the other outputs. An image without any is rejected, with a report
 * that says why. Everything else is as tegata_verify_text.
 *
 * image points to image_length bytes.
 */
int32_t tegata_verify_image(const tegata_verifier *verifier,
                            const uint8_t *image,
                            size_t image_length,
                            size_t index,
                            int64_t now,
                            size_t *count,
                            tegata_certificate **certificate,
                            tegata_report **report);

/**
 * The verdict: TEGATA_ACCEPTED, TEGATA_REJECTED or TEGATA_UNDETERMINED. NULL is rejected.
 */
uint32_t tegata_report_status(const tegata_report *report);

/**
 * The number that verification returned; that of internal-error for NULL.
 */
int32_t tegata_report_number(const tegata_report *report);

/**
 * The code of the first check that neither passed nor was skipped, which is what the JSON names; 0 when accepted. It
 * differs from the number where a check that could not be decided stands before one that failed.
 */
int32_t tegata_report_code(const tegata_report *report);

/**
 * A check by its place in the order in which they are judged, from 0; TEGATA_NOT_AVAILABLE beyond the last.
 */
int32_t tegata_report_check(const tegata_report *report, size_t index, tegata_check *check);

/**
 * The message about the first check that did not pass, in a language, with the field's name; empty when accepted. It
 * holds no personal data.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_report_message(const tegata_report *report,
                              uint32_t language,
                              char *buffer,
                              size_t capacity,
                              size_t *length);

/**
 * The whole report as JSON, as tegata verify --format json gives it. It holds personal data where the certificate is
 * genuine: as payload when it is accepted, as unaccepted_payload when it is not.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_report_json(const tegata_report *report,
                           char *buffer,
                           size_t capacity,
                           size_t *length);

/**
 * Frees a report and wipes what it held. NULL is allowed.
 */
void tegata_report_free(tegata_report *report);

/**
 * A text about the certificate, TEGATA_CERTIFICATE_ISSUER to TEGATA_CERTIFICATE_ALGORITHM;
 * TEGATA_NOT_AVAILABLE where it says nothing of that.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_certificate_text(const tegata_certificate *certificate,
                                uint32_t what,
                                char *buffer,
                                size_t capacity,
                                size_t *length);

/**
 * A time of the certificate in seconds since 1970, TEGATA_CERTIFICATE_ISSUED_AT to
 * TEGATA_CERTIFICATE_EXPIRES_AT; TEGATA_NOT_AVAILABLE where it says nothing of that.
 */
int32_t tegata_certificate_time(const tegata_certificate *certificate, uint32_t what, int64_t *seconds);

/**
 * The label of a line that tells a person who, what and when; lines are counted from 0, and TEGATA_NOT_AVAILABLE
 * comes after the last.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_certificate_line_label(const tegata_certificate *certificate,
                                      uint32_t language,
                                      size_t index,
                                      char *buffer,
                                      size_t capacity,
                                      size_t *length);

/**
 * The value of that line: personal data.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_certificate_line_value(const tegata_certificate *certificate,
                                      uint32_t language,
                                      size_t index,
                                      char *buffer,
                                      size_t capacity,
                                      size_t *length);

/**
 * Frees a certificate and wipes what it held; a report of the same verification is freed by itself. NULL is allowed.
 */
void tegata_certificate_free(tegata_certificate *certificate);

/**
 * Draws the text of a certificate as a QR code, into a PNG image of the caller's buffer. options may be NULL for the
 * default. The text is drawn as it is: verify it before.
 *
 * text points to text_length bytes, options is NULL or points to as many as its member size says, and buffer
 * points to capacity bytes or is NULL where that is 0.
 */
int32_t tegata_qr_png(const char *text,
                      size_t text_length,
                      const tegata_qr_options *options,
                      uint8_t *buffer,
                      size_t capacity,
                      size_t *length);

/**
 * The same as SVG.
 *
 * As tegata_qr_png.
 */
int32_t tegata_qr_svg(const char *text,
                      size_t text_length,
                      const tegata_qr_options *options,
                      char *buffer,
                      size_t capacity,
                      size_t *length);

/**
 * Begins a dialogue. Consent, which the request says the time of, comes before: without it nothing is read.
 *
 * Then, as long as tegata_card_session_command gives a command, the program sends it once and hands the answer to
 * tegata_card_session_answer. The PIN is sent once, after the card was asked how many tries are left.
 *
 * request points to as many bytes as its member size says, and its members to as many as their lengths say.
 */
int32_t tegata_card_session_new(const tegata_card_request *request, tegata_card_session **session);

/**
 * The command to send now, at most 96 bytes. Its length is 0 when the dialogue is over and everything was read; the
 * error of a dialogue that failed is returned again. Asking twice gives the same command twice.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_card_session_command(const tegata_card_session *session,
                                    uint8_t *buffer,
                                    size_t capacity,
                                    size_t *length);

/**
 * Takes the card's answer to the last command: data and two bytes of status. 0 when the dialogue goes on or is done,
 * else why the card was not read. The program wipes its own copy.
 *
 * answer points to answer_length bytes.
 */
int32_t tegata_card_session_answer(tegata_card_session *session,
                                   const uint8_t *answer,
                                   size_t answer_length);

/**
 * Says that the card was removed or the reader failed, which ends the dialogue: TEGATA_CARD_REMOVED.
 */
int32_t tegata_card_session_removed(tegata_card_session *session);

/**
 * How many tries are left, after TEGATA_PIN_WRONG, TEGATA_PIN_LAST_TRY or TEGATA_PIN_BLOCKED.
 */
int32_t tegata_card_session_tries_left(const tegata_card_session *session, uint32_t *tries);

/**
 * The files of an application that were read, as a copy, once the dialogue is done.
 */
int32_t tegata_card_session_files(const tegata_card_session *session,
                                  uint32_t application,
                                  tegata_card_files **files);

/**
 * What the card answered to the challenge with the key of an application; TEGATA_NOT_AVAILABLE where there was none.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_card_session_response(const tegata_card_session *session,
                                     uint32_t application,
                                     uint8_t *buffer,
                                     size_t capacity,
                                     size_t *length);

/**
 * Frees a dialogue and wipes PIN, codes, commands and files. NULL is allowed.
 */
void tegata_card_session_free(tegata_card_session *session);

/**
 * No files yet, of TEGATA_CARD_TEXT_APPLICATION or TEGATA_CARD_SURFACE_APPLICATION. A session hands its files
 * over by itself: this is for files that were read otherwise.
 */
int32_t tegata_card_files_new(uint32_t application, tegata_card_files **files);

/**
 * Puts a file in by its identifier, 1 to 7, in place of the one that was there.
 *
 * content points to content_length bytes.
 */
int32_t tegata_card_files_insert(tegata_card_files *files,
                                 uint32_t file,
                                 const uint8_t *content,
                                 size_t content_length);

/**
 * A file's content; TEGATA_NOT_AVAILABLE for one that is not there.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_card_files_get(const tegata_card_files *files,
                              uint32_t file,
                              uint8_t *buffer,
                              size_t capacity,
                              size_t *length);

/**
 * Frees files and wipes them. NULL is allowed.
 */
void tegata_card_files_free(tegata_card_files *files);

/**
 * Makes a verifier of production cards. authorities adds authorities of the operator's own, as the JSON of
 * tegata card verify --authorities; its length is 0 for none. flags is 0 or TEGATA_ACCEPT_TEST_CARDS.
 *
 * authorities points to authorities_length bytes.
 */
int32_t tegata_card_verifier_new(uint32_t flags,
                                 const char *authorities,
                                 size_t authorities_length,
                                 tegata_card_verifier **verifier);

/**
 * Frees a verifier of cards. No thread may be using it. NULL is allowed.
 */
void tegata_card_verifier_free(tegata_card_verifier *verifier);

/**
 * Verifies the files of a card and, where challenge_length is not 0, what it answered to a challenge of 32 bytes.
 *
 * Returns 0 when the card is accepted, and only then hands out identity. report says what was checked. Either may
 * be NULL when it is not wanted; both are freed by the caller.
 *
 * What decides is the issuing side's verification, never the kiosk's alone.
 *
 * challenge and response point to as many bytes as their lengths say.
 */
int32_t tegata_card_verify(const tegata_card_verifier *verifier,
                           const tegata_card_files *files,
                           const uint8_t *challenge,
                           size_t challenge_length,
                           const uint8_t *response,
                           size_t response_length,
                           tegata_identity **identity,
                           tegata_card_report **report);

/**
 * Whether the card is accepted: TEGATA_ACCEPTED or TEGATA_REJECTED. NULL is rejected.
 */
uint32_t tegata_card_report_status(const tegata_card_report *report);

/**
 * The number that verification returned; that of internal-error for NULL.
 */
int32_t tegata_card_report_number(const tegata_card_report *report);

/**
 * A check by its place in the order in which they are judged, from 0; TEGATA_NOT_AVAILABLE beyond the last.
 */
int32_t tegata_card_report_check(const tegata_card_report *report, size_t index, tegata_check *check);

/**
 * The whole report as JSON, as tegata card verify --format json gives it. It holds personal data when the card is
 * accepted, and never the individual number.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_card_report_json(const tegata_card_report *report, char *buffer, size_t capacity, size_t *length);

/**
 * Frees a report and wipes what it held. NULL is allowed.
 */
void tegata_card_report_free(tegata_card_report *report);

/**
 * A text of the identity, TEGATA_IDENTITY_NAME to TEGATA_IDENTITY_HIERARCHY; TEGATA_NOT_AVAILABLE where the
 * application does not have it.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_identity_text(const tegata_identity *identity,
                             uint32_t what,
                             char *buffer,
                             size_t capacity,
                             size_t *length);

/**
 * 1 when the individual number was read and is the one that was signed, else 0, also for NULL.
 */
uint32_t tegata_identity_covers_number(const tegata_identity *identity);

/**
 * 1 when a genuine card of the same signer answered the challenge, which says no more than that; else 0, also for
 * NULL.
 */
uint32_t tegata_identity_presence(const tegata_identity *identity);

/**
 * Frees an identity and wipes it; a report of the same verification is freed by itself. NULL is allowed.
 */
void tegata_identity_free(tegata_identity *identity);

/**
 * Checks that the machine-readable lines of a passport or identity card were read rightly: form, characters, dates
 * and check digits. 0 when they were, so that they can go into an application; the issuing side reads them. now says
 * in which century birthdays lie, in seconds since 1970.
 *
 * lines points to lines_length bytes.
 */
int32_t tegata_mrz_check(const char *lines,
                         size_t lines_length,
                         int64_t now);

/**
 * Writes the message to send to the issuing side, from what a dialogue has read: consent, challenge and response, the
 * files that are signed, and what is asked for. The dialogue must be done, have read the individual number, and have
 * had the card answer the challenge. The message holds the individual number: send it encrypted and to the named
 * municipality alone, keep it nowhere, and wipe the buffer.
 *
 * request points to as many bytes as its member size says, its members to as many as their lengths say, and
 * buffer to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_application_write(const tegata_card_session *session,
                                 const tegata_application_request *request,
                                 uint8_t *buffer,
                                 size_t capacity,
                                 size_t *length);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TEGATA_H */
