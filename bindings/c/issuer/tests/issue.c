/* Issuing: a key in memory, a key elsewhere, and what is refused. Everything of libtegata is here too. */
#include "tegata_issuer.h"

#include "check.h"

/* 2027-01-15T09:00:00Z, and half a year on. */
#define ISSUED 1800003600
#define EXPIRES 1815555600

static void prepare(tegata_issue_request *request) {
    memset(request, 0, sizeof *request);
    request->size = sizeof *request;
    request->profile = TEGATA_PROFILE_JP;
    request->issued_at = ISSUED;
    request->expires_at = EXPIRES;
    request->issue_date = "2027-01-15";
    request->issue_date_length = 10;
    request->certificate_id = "C0FFEE0123456789ABCD";
    request->certificate_id_length = 20;
}

static void verified(content certificate, const char *text, size_t length) {
    tegata_trust_builder *builder;
    tegata_trust *trust;
    tegata_verifier *verifier;
    CHECK(tegata_trust_builder_new(0, &builder) == TEGATA_OK);
    CHECK(tegata_trust_builder_add_signers(builder, certificate.bytes, certificate.length, NULL) == TEGATA_OK);
    CHECK(tegata_trust_builder_build(builder, &trust) == TEGATA_OK);
    CHECK(tegata_verifier_new(trust, NULL, &verifier) == TEGATA_OK);
    CHECK(tegata_verify_text(verifier, text, length, ISSUED, NULL, NULL) == TEGATA_OK);
    CHECK(tegata_verify_text(verifier, text, length, EXPIRES + 1, NULL, NULL) == TEGATA_EXPIRED);
    tegata_verifier_free(verifier);
    tegata_trust_free(trust);
    tegata_trust_builder_free(builder);
}

int main(int argc, char **argv) {
    content record, pem, certificate;
    tegata_signing_key *key;
    tegata_issuer *issuer;
    tegata_issued *issued;
    tegata_prepared *prepared;
    tegata_issue_request request;
    char text[4096];
    uint8_t message[4096], signature[64] = {1};
    size_t length, again;
    CHECK(argc == 3);
    record = read_file(argv[1], "../../data/record.example.json");
    pem = read_file(argv[2], "key.pem");
    certificate = read_file(argv[2], "certificate.pem");
    CHECK(tegata_signing_key_load(pem.bytes, pem.length, NULL, 0, &key) == TEGATA_OK);
    CHECK(tegata_issuer_new(certificate.bytes, certificate.length, &issuer) == TEGATA_OK);

    prepare(&request);
    CHECK(tegata_issuer_issue(issuer, key, (char *)record.bytes, record.length, &request, &issued) == TEGATA_OK);
    CHECK(tegata_issued_text(issued, text, sizeof text, &length) == TEGATA_OK && memcmp(text, "HC1:", 4) == 0);
    CHECK(tegata_issued_certificate_id(issued, NULL, 0, &again) == TEGATA_OK && again > 0);
    tegata_issued_free(issued);
    verified(certificate, text, length);

    /* A key elsewhere: its signature is verified, and one answer is all that is taken. */
    CHECK(tegata_issuer_prepare(issuer, (char *)record.bytes, record.length, &request, &prepared) == TEGATA_OK);
    CHECK(tegata_prepared_to_be_signed(prepared, message, sizeof message, &length) == TEGATA_OK && length > 100);
    CHECK(tegata_prepared_finalise(prepared, signature, sizeof signature, &issued) == TEGATA_SIGNING_FAILED);
    CHECK(issued == NULL);
    CHECK(tegata_prepared_finalise(prepared, signature, sizeof signature, &issued) == TEGATA_WRONG_ORDER);
    CHECK(tegata_prepared_to_be_signed(prepared, message, sizeof message, &length) == TEGATA_WRONG_ORDER);
    tegata_prepared_free(prepared);

    request.expires_at = ISSUED;
    CHECK(tegata_issuer_issue(issuer, key, (char *)record.bytes, record.length, &request, &issued)
          == TEGATA_INVALID_PERIOD);
    CHECK(issued == NULL);
    prepare(&request);
    request.profile = 0;
    CHECK(tegata_issuer_issue(issuer, key, (char *)record.bytes, record.length, &request, &issued)
          == TEGATA_INVALID_ARGUMENT);
    prepare(&request);
    CHECK(tegata_issuer_issue(issuer, key, "{}", 2, &request, &issued) >= 2000);
    CHECK(tegata_issuer_issue(issuer, key, NULL, 2, &request, &issued) == TEGATA_NULL_ARGUMENT);
    CHECK(tegata_issuer_issue(NULL, key, "{}", 2, &request, &issued) == TEGATA_NULL_ARGUMENT);
    CHECK(tegata_issuer_issue(issuer, NULL, "{}", 2, &request, &issued) == TEGATA_NULL_ARGUMENT);
    CHECK(tegata_issuer_issue(issuer, key, "{}", 2, NULL, &issued) == TEGATA_NULL_ARGUMENT);
    CHECK(tegata_issuer_prepare(issuer, "\xff", 1, &request, &prepared) == TEGATA_RECORD_MALFORMED);
    tegata_issuer_free(issuer);
    CHECK(tegata_issuer_new(pem.bytes, pem.length, &issuer) >= 2000 && issuer == NULL);
    CHECK(tegata_issuer_new(certificate.bytes, certificate.length, NULL) == TEGATA_NULL_ARGUMENT);
    tegata_signing_key_free(key);
    CHECK(tegata_signing_key_load(certificate.bytes, certificate.length, NULL, 0, &key) == TEGATA_KEY_MALFORMED);
    CHECK(key == NULL);
    tegata_signing_key_free(NULL);
    tegata_issuer_free(NULL);
    tegata_prepared_free(NULL);
    tegata_issued_free(NULL);
    free(record.bytes);
    free(pem.bytes);
    free(certificate.bytes);
    puts("issue: ok");
    return 0;
}
