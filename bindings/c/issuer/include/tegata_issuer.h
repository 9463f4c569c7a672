/*
 * libtegata-issuer: everything of libtegata, and signing, for backends in other languages. Link it instead of
 * libtegata, never both. Conventions are those of tegata.h. A kiosk has no use for it.
 *
 * Made from bindings/c/issuer/src by cbindgen: do not edit.
 */

#ifndef TEGATA_ISSUER_H
#define TEGATA_ISSUER_H

#include "tegata.h"

/**
 * A certificate that was issued. Immutable; any number of threads may read it at once.
 */
typedef struct tegata_issued tegata_issued;

/**
 * A signer's certificate, ready to issue under. Immutable; any number of threads may use it at once.
 */
typedef struct tegata_issuer tegata_issuer;

/**
 * A certificate that only lacks its signature. One thread at a time.
 */
typedef struct tegata_prepared tegata_prepared;

/**
 * A signing key in memory. Immutable; any number of threads may sign with it at once.
 */
typedef struct tegata_signing_key tegata_signing_key;

/**
 * What to issue beside the record. Set size to sizeof(tegata_issue_request). Text has a length, and a length of 0
 * where it is not given.
 */
typedef struct {
    /**
     * The size of this structure in bytes.
     */
    size_t size;
    /**
     * One of TEGATA_PROFILE_....
     */
    uint32_t profile;
    /**
     * Which dose a profile of one dose certifies, counted from 1; 0 for the latest.
     */
    uint32_t dose;
    /**
     * The time of issue in seconds since 1970.
     */
    int64_t issued_at;
    /**
     * The end of validity in seconds since 1970; 0 for none, which the WHO's profile alone allows.
     */
    int64_t expires_at;
    /**
     * The day of issue where the issuer is, YYYY-MM-DD.
     */
    const char *issue_date;
    /**
     * The length of the day.
     */
    size_t issue_date_length;
    /**
     * The certificate ID, unless the record brings its own: unique, and not to be guessed.
     */
    const char *certificate_id;
    /**
     * The length of the ID.
     */
    size_t certificate_id_length;
    /**
     * The issuer claim, two letters; the country of the signer's certificate where it is not given.
     */
    const char *issuer;
    /**
     * The length of the claim.
     */
    size_t issuer_length;
} tegata_issue_request;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The text, HC1:...: to be drawn as a QR code.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_issued_text(const tegata_issued *issued, char *buffer, size_t capacity, size_t *length);

/**
 * The certificate ID that was certified.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_issued_certificate_id(const tegata_issued *issued, char *buffer, size_t capacity, size_t *length);

/**
 * Frees an issued certificate and wipes it. NULL is allowed.
 */
void tegata_issued_free(tegata_issued *issued);

/**
 * Makes an issuer from its certificate, PEM or DER.
 *
 * certificate points to certificate_length bytes.
 */
int32_t tegata_issuer_new(const uint8_t *certificate, size_t certificate_length, tegata_issuer **issuer);

/**
 * Frees an issuer. No thread may be using it. NULL is allowed.
 */
void tegata_issuer_free(tegata_issuer *issuer);

/**
 * Issues a certificate for a record, JSON as tegata issue --print-schema describes it, with a key in memory.
 *
 * record points to record_length bytes, request to as many as its member size says, and its members to as many
 * as their lengths say.
 */
int32_t tegata_issuer_issue(const tegata_issuer *issuer,
                            const tegata_signing_key *key,
                            const char *record,
                            size_t record_length,
                            const tegata_issue_request *request,
                            tegata_issued **issued);

/**
 * Prepares a certificate whose key is in a device or behind a service: it signs what
 * tegata_prepared_to_be_signed gives, and tegata_prepared_finalise takes the signature.
 *
 * As tegata_issuer_issue.
 */
int32_t tegata_issuer_prepare(const tegata_issuer *issuer,
                              const char *record,
                              size_t record_length,
                              const tegata_issue_request *request,
                              tegata_prepared **prepared);

/**
 * The bytes to sign with ES256. A device that takes a hash takes their SHA-256.
 *
 * buffer points to capacity bytes, or is NULL where that is 0.
 */
int32_t tegata_prepared_to_be_signed(const tegata_prepared *prepared,
                                     uint8_t *buffer,
                                     size_t capacity,
                                     size_t *length);

/**
 * Takes the signature, r followed by s, 64 bytes; it is verified. After that the prepared certificate is empty, takes
 * no other, and is to be freed.
 *
 * signature points to signature_length bytes.
 */
int32_t tegata_prepared_finalise(tegata_prepared *prepared,
                                 const uint8_t *signature,
                                 size_t signature_length,
                                 tegata_issued **issued);

/**
 * Frees a prepared certificate and wipes it. NULL is allowed.
 */
void tegata_prepared_free(tegata_prepared *prepared);

/**
 * Loads a key: PKCS#8 or SEC 1, PEM or DER, encrypted or not. The length of the passphrase is 0 for none. Both may be
 * wiped after it. A key in a device stays there: see tegata_issuer_prepare.
 *
 * data and passphrase point to as many bytes as their lengths say.
 */
int32_t tegata_signing_key_load(const uint8_t *data,
                                size_t data_length,
                                const uint8_t *passphrase,
                                size_t passphrase_length,
                                tegata_signing_key **key);

/**
 * Frees a key and wipes it. No thread may be using it. NULL is allowed.
 */
void tegata_signing_key_free(tegata_signing_key *key);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TEGATA_ISSUER_H */
