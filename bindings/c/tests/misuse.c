/* Whatever a program does wrong that can be told: each call returns its code, and none crashes. */
#include "tegata.h"

#include "check.h"

#include <pthread.h>
#include <time.h>

/* 2026-06-01T00:00:00Z */
#define NOW 1780272000
#define THREADS 16

/* Every call with NULL and 0 for all there is. Outputs are cleared even then. */
static void nothing_given(void) {
    size_t length = 7, count = 7;
    int64_t seconds = 7;
    uint32_t tries = 7;
    uint64_t sequence = 7;
    tegata_check check;
    tegata_trust_builder *builder = (tegata_trust_builder *)1;
    tegata_trust *trust = (tegata_trust *)1;
    tegata_verifier *verifier = (tegata_verifier *)1;
    tegata_certificate *certificate = (tegata_certificate *)1;
    tegata_report *report = (tegata_report *)1;
    tegata_card_session *session = (tegata_card_session *)1;
    tegata_card_files *files = (tegata_card_files *)1;
    tegata_card_verifier *card_verifier = (tegata_card_verifier *)1;
    tegata_identity *identity = (tegata_identity *)1;
    tegata_card_report *card_report = (tegata_card_report *)1;
    const int32_t null = TEGATA_NULL_ARGUMENT;

    CHECK(tegata_last_error(NULL, 0, NULL) == null);
    CHECK(tegata_last_error(NULL, 9, &length) == null && length == 0);
    tegata_wipe(NULL, 9);
    CHECK(tegata_code_meaning(1000, 0, NULL, 0, NULL) == null);
    CHECK(tegata_code_meaning(1, 0, NULL, 0, &length) == TEGATA_INVALID_ARGUMENT);
    CHECK(tegata_code_meaning(1000, 2, NULL, 0, &length) == TEGATA_INVALID_ARGUMENT);
    CHECK(tegata_code_advice(1000, 0, NULL, 0, NULL) == null);
    CHECK(tegata_trust_builder_new(0, NULL) == null);
    CHECK(tegata_trust_builder_new(8, &builder) == TEGATA_INVALID_ARGUMENT && builder == NULL);
    CHECK(tegata_trust_builder_add_signers(NULL, NULL, 0, NULL) == null);
    CHECK(tegata_trust_builder_add_authorities(NULL, NULL, 0, &count) == null && count == 0);
    CHECK(tegata_trust_builder_offer_signers(NULL, NULL, 0, NULL) == null);
    CHECK(tegata_trust_builder_accept_bundle(NULL, NULL, 0, NULL, 0, NULL, 0, &sequence) == null && sequence == 0);
    CHECK(tegata_trust_builder_open_bundle(NULL, NULL, 0, NULL, 0, 0, NULL) == null);
    CHECK(tegata_trust_builder_add_revocation(NULL, NULL, 0) == null);
    CHECK(tegata_trust_builder_build(NULL, &trust) == null && trust == NULL);
    CHECK(tegata_trust_signer_count(NULL) == 0 && tegata_trust_refused_count(NULL) == 0);
    CHECK(tegata_trust_list_verify(NULL, 0, NULL, 0) >= 2000);
    CHECK(tegata_verifier_new(NULL, NULL, &verifier) == null && verifier == NULL);
    CHECK(tegata_verify_text(NULL, NULL, 0, 0, &certificate, &report) == null);
    CHECK(certificate == NULL && report == NULL);
    count = 7;
    CHECK(tegata_verify_image(NULL, NULL, 0, 0, 0, &count, &certificate, &report) == null && count == 0);
    CHECK(tegata_report_status(NULL) == TEGATA_REJECTED && tegata_report_number(NULL) == TEGATA_INTERNAL_ERROR);
    CHECK(tegata_report_code(NULL) == TEGATA_INTERNAL_ERROR);
    CHECK(tegata_report_check(NULL, 0, &check) == null && check.stage == NULL);
    CHECK(tegata_report_check(NULL, 0, NULL) == null);
    CHECK(tegata_report_message(NULL, 0, NULL, 0, &length) == null);
    CHECK(tegata_report_json(NULL, NULL, 0, &length) == null);
    CHECK(tegata_certificate_text(NULL, 0, NULL, 0, &length) == null);
    CHECK(tegata_certificate_time(NULL, 0, &seconds) == null && seconds == 0);
    CHECK(tegata_certificate_line_label(NULL, 0, 0, NULL, 0, &length) == null);
    CHECK(tegata_certificate_line_value(NULL, 0, 0, NULL, 0, &length) == null);
    CHECK(tegata_qr_png(NULL, 5, NULL, NULL, 0, &length) == null);
    CHECK(tegata_qr_png(NULL, 0, NULL, NULL, 0, &length) == TEGATA_INVALID_ARGUMENT);
    CHECK(tegata_qr_svg("abc", 3, NULL, NULL, 0, NULL) == null);
    CHECK(tegata_qr_svg("abc", 3, NULL, NULL, 0, &length) == TEGATA_INVALID_ARGUMENT);
    CHECK(tegata_card_session_new(NULL, &session) == null && session == NULL);
    CHECK(tegata_card_session_command(NULL, NULL, 0, &length) == null);
    CHECK(tegata_card_session_answer(NULL, NULL, 0) == null);
    CHECK(tegata_card_session_removed(NULL) == null);
    CHECK(tegata_card_session_tries_left(NULL, &tries) == null && tries == 0);
    CHECK(tegata_card_session_files(NULL, 0, &files) == null && files == NULL);
    CHECK(tegata_card_session_response(NULL, 0, NULL, 0, &length) == null);
    CHECK(tegata_card_files_new(2, &files) == TEGATA_INVALID_ARGUMENT && files == NULL);
    CHECK(tegata_card_files_insert(NULL, 1, NULL, 0) == null);
    CHECK(tegata_card_files_get(NULL, 1, NULL, 0, &length) == null);
    CHECK(tegata_card_verifier_new(0, NULL, 4, &card_verifier) == null && card_verifier == NULL);
    CHECK(tegata_card_verifier_new(2, NULL, 0, &card_verifier) == TEGATA_INVALID_ARGUMENT);
    CHECK(tegata_card_verify(NULL, NULL, NULL, 0, NULL, 0, &identity, &card_report) == null);
    CHECK(identity == NULL && card_report == NULL);
    CHECK(tegata_card_report_status(NULL) == TEGATA_REJECTED);
    CHECK(tegata_card_report_number(NULL) == TEGATA_INTERNAL_ERROR);
    CHECK(tegata_card_report_check(NULL, 0, &check) == null);
    CHECK(tegata_card_report_json(NULL, NULL, 0, &length) == null);
    CHECK(tegata_identity_text(NULL, 0, NULL, 0, &length) == null);
    CHECK(tegata_identity_covers_number(NULL) == 0 && tegata_identity_presence(NULL) == 0);
    CHECK(tegata_application_write(NULL, NULL, NULL, 0, &length) == null);
    CHECK(tegata_mrz_check(NULL, 1, 0) == null);
    tegata_trust_builder_free(NULL);
    tegata_trust_free(NULL);
    tegata_verifier_free(NULL);
    tegata_certificate_free(NULL);
    tegata_report_free(NULL);
    tegata_card_session_free(NULL);
    tegata_card_files_free(NULL);
    tegata_card_verifier_free(NULL);
    tegata_card_report_free(NULL);
    tegata_identity_free(NULL);
}

/* Lengths and times that cannot be, and calls in the wrong order. */
static void out_of_range(content signer) {
    tegata_trust_builder *builder;
    tegata_trust *trust, *second;
    tegata_verifier *verifier;
    tegata_policy policy;
    tegata_report *report;
    tegata_card_request request;
    tegata_card_session *session;
    CHECK(tegata_trust_builder_new(7, &builder) == TEGATA_OK);
    CHECK(tegata_trust_builder_add_signers(builder, signer.bytes, SIZE_MAX, NULL) == TEGATA_INVALID_ARGUMENT);
    CHECK(tegata_trust_builder_add_signers(builder, NULL, 5, NULL) == TEGATA_NULL_ARGUMENT);
    CHECK(tegata_trust_builder_add_signers(builder, signer.bytes, 40, NULL) >= 2000);
    CHECK(tegata_trust_builder_add_revocation(builder, signer.bytes, signer.length) == TEGATA_REVOCATION_UNREADABLE);
    CHECK(tegata_trust_builder_open_bundle(builder, signer.bytes, signer.length, signer.bytes, signer.length, 0, NULL)
          == TEGATA_BUNDLE_MALFORMED);
    CHECK(tegata_trust_builder_accept_bundle(builder, signer.bytes, signer.length, NULL, 0, NULL, INT64_MAX, NULL)
          >= 2000);
    CHECK(tegata_trust_builder_build(builder, NULL) == TEGATA_NULL_ARGUMENT);
    CHECK(tegata_trust_builder_build(builder, &trust) == TEGATA_OK);
    CHECK(tegata_trust_builder_add_signers(builder, signer.bytes, signer.length, NULL) == TEGATA_WRONG_ORDER);
    CHECK(tegata_trust_builder_build(builder, &second) == TEGATA_WRONG_ORDER && second == NULL);
    tegata_trust_builder_free(builder);
    memset(&policy, 0, sizeof policy);
    CHECK(tegata_verifier_new(trust, &policy, &verifier) == TEGATA_INVALID_ARGUMENT && verifier == NULL);
    policy.size = sizeof policy;
    policy.strict = 2;
    CHECK(tegata_verifier_new(trust, &policy, &verifier) == TEGATA_INVALID_ARGUMENT);
    policy.strict = 1;
    policy.skew_seconds = 0xffffffff;
    CHECK(tegata_verifier_new(trust, &policy, &verifier) == TEGATA_OK);
    tegata_trust_free(trust);
    CHECK(tegata_verify_text(verifier, NULL, 0, NOW, NULL, &report) == TEGATA_MISSING_PREFIX && report != NULL);
    tegata_report_free(report);
    CHECK(tegata_verify_text(verifier, "HC1:", 4, INT64_MIN, NULL, &report) == TEGATA_INVALID_ARGUMENT);
    CHECK(report == NULL);
    CHECK(tegata_verify_text(verifier, "\xff\xfe", 2, NOW, NULL, NULL) == TEGATA_MISSING_PREFIX);
    CHECK(tegata_verify_text(verifier, "HC1:", SIZE_MAX / 2 + 1, NOW, NULL, NULL) == TEGATA_INVALID_ARGUMENT);
    CHECK(tegata_verify_image(verifier, NULL, 0, SIZE_MAX, NOW, NULL, NULL, NULL) == TEGATA_IMAGE_UNREADABLE);
    tegata_verifier_free(verifier);
    memset(&request, 0xff, sizeof request);
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_INVALID_ARGUMENT && session == NULL);
    memset(&request, 0, sizeof request);
    request.size = sizeof request;
    request.consent_seconds = NOW;
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_INVALID_ARGUMENT);
    request.pin_length = 4;
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_NULL_ARGUMENT);
    request.pin = "1234";
    request.flags = 8;
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_INVALID_ARGUMENT);
    request.flags = TEGATA_CARD_SURFACE;
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_INVALID_ARGUMENT);
    request.flags = 0;
    request.challenge = signer.bytes;
    request.challenge_length = 33;
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_INVALID_ARGUMENT);
    request.challenge_length = 0;
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_OK);
    /* A card whose every answer is nonsense. */
    CHECK(tegata_card_session_answer(session, signer.bytes, 1) == TEGATA_CARD_ANSWER_MALFORMED);
    tegata_card_session_free(session);
}

typedef struct shared {
    const tegata_verifier *verifier;
    content text;
    content forged;
    time_t end;
} shared;

/* Verifies what is genuine and what is not, and asks for the last error, which is the thread's own. */
static void *verify_until_the_end(void *argument) {
    const shared *with = (const shared *)argument;
    tegata_certificate *certificate;
    tegata_report *report;
    char buffer[8192];
    size_t length;
    unsigned long rounds = 0;
    do {
        const char *text = (const char *)with->text.bytes, *forged = (const char *)with->forged.bytes;
        CHECK(tegata_verify_text(with->verifier, text, with->text.length, NOW, &certificate, &report) == TEGATA_OK);
        CHECK(tegata_last_error(buffer, sizeof buffer, &length) == TEGATA_OK && length == 0);
        CHECK(tegata_report_json(report, buffer, sizeof buffer, &length) == TEGATA_OK);
        tegata_certificate_free(certificate);
        tegata_report_free(report);
        CHECK(tegata_verify_text(with->verifier, forged, with->forged.length, NOW, &certificate, NULL)
              == TEGATA_SIGNATURE_INVALID);
        CHECK(tegata_last_error(buffer, sizeof buffer, &length) == TEGATA_OK && length > 0);
        rounds++;
    } while (rounds < 2 || time(NULL) < with->end);
    return NULL;
}

int main(int argc, char **argv) {
    content signer;
    tegata_trust_builder *builder;
    tegata_trust *trust;
    tegata_verifier *verifier;
    pthread_t threads[THREADS];
    shared with;
    int index;
    CHECK(argc == 3);
    signer = read_file(argv[1], "signer.pem");
    nothing_given();
    out_of_range(signer);

    CHECK(tegata_trust_builder_new(0, &builder) == TEGATA_OK);
    CHECK(tegata_trust_builder_add_signers(builder, signer.bytes, signer.length, NULL) == TEGATA_OK);
    CHECK(tegata_trust_builder_build(builder, &trust) == TEGATA_OK);
    CHECK(tegata_verifier_new(trust, NULL, &verifier) == TEGATA_OK);
    with.verifier = verifier;
    with.text = read_file(argv[1], "certificate.txt");
    with.forged = read_file(argv[1], "forged.txt");
    with.end = time(NULL) + atoi(argv[2]);
    for (index = 0; index < THREADS; index++)
        CHECK(pthread_create(&threads[index], NULL, verify_until_the_end, &with) == 0);
    for (index = 0; index < THREADS; index++) CHECK(pthread_join(threads[index], NULL) == 0);
    tegata_verifier_free(verifier);
    tegata_trust_free(trust);
    tegata_trust_builder_free(builder);
    free(with.text.bytes);
    free(with.forged.bytes);
    free(signer.bytes);
    puts("misuse: ok");
    return 0;
}
